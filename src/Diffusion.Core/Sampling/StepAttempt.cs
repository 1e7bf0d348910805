namespace Diffusion.Core.Sampling;

/// <summary>One attempt of an adaptive run.</summary>
/// <param name="Sample">Which sample of the batch; null where all share their steps.</param>
/// <param name="From">Where it began.</param>
/// <param name="To">Where it aimed.</param>
/// <param name="Error">The error in units of what is allowed.</param>
/// <param name="IsAccepted">Whether the run went on from <paramref name="To"/>.</param>
public sealed record StepAttempt(int? Sample, NoiseLevel From, NoiseLevel To, double Error, bool IsAccepted);

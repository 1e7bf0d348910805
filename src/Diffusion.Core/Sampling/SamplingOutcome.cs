using static TorchSharp.torch;

namespace Diffusion.Core.Sampling;

/// <summary>What came out of one batch.</summary>
/// <param name="State">The state at the last level, shape (B, …).</param>
/// <param name="Evaluations">NFE: denoiser calls counted, the mean over samples where each has its own steps.</param>
/// <param name="Trajectory">
/// The states at the levels that were asked for, or at every level, the start included; of an adaptive run at the levels where it starts, where control ends
/// and where it ends. Empty unless asked for.
/// </param>
public sealed record SamplingOutcome(Tensor State, double Evaluations, IReadOnlyList<Tensor> Trajectory)
{
    /// <summary>
    /// Largest magnitude of the state after each step, in units of its distribution's own scale: near 4 where all is well. Of an adaptive run after
    /// control and at the end.
    /// </summary>
    public IReadOnlyList<double> Magnitudes { get; init; } = [];

    /// <summary>
    /// Wall time within the calls of the denoiser; the rest of a run's time is that of the method and the loop. On a graphics processor it is the time until
    /// the calls returned, which need not have been carried out by then.
    /// </summary>
    public TimeSpan ModelTime { get; init; }

    /// <summary>Every attempt of an adaptive run, in the order made; empty unless the trajectory was asked for.</summary>
    public IReadOnlyList<StepAttempt> Attempts { get; init; } = [];
}

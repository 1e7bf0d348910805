namespace Diffusion.Core.Sampling;

/// <summary>
/// An adaptive method could not reach the end of its range within its tolerance. A result about a method and a tolerance, not a defect of the program.
/// </summary>
public sealed class StepControlException : Exception
{
    /// <param name="reason">What went wrong, as a clause.</param>
    /// <param name="attempts">Attempts made.</param>
    /// <param name="at">The level at which the run stands.</param>
    public StepControlException(string reason, int attempts, NoiseLevel at)
        : base(FormattableString.Invariant($"step control gave up at t = {at.T:g6}, sigma = {at.Sigma:g6} after {attempts} attempts: {reason}"))
    {
        Attempts = attempts;
        At = at;
    }

    /// <summary>Attempts made.</summary>
    public int Attempts { get; }

    /// <summary>The level at which the run stands.</summary>
    public NoiseLevel At { get; }
}

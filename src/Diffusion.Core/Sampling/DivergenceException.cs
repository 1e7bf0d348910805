namespace Diffusion.Core.Sampling;

/// <summary>The state stopped being finite or left any plausible scale. A result about a solver, not a defect of the program.</summary>
public sealed class DivergenceException : Exception
{
    /// <param name="step">Index of the step, from 0.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <param name="to">The level the step aimed at.</param>
    /// <param name="magnitude">Largest magnitude of the state in units of the marginal's own scale; NaN or infinite when not finite.</param>
    public DivergenceException(int step, int steps, NoiseLevel to, double magnitude)
        : base(FormattableString.Invariant($"diverged at step {step + 1} of {steps} (to t = {to.T:g6}, sigma = {to.Sigma:g6}): the state is ")
            + FormattableString.Invariant($"{(double.IsFinite(magnitude) ? $"{magnitude:g3} times the scale of its distribution" : "not finite")}"))
    {
        Step = step;
        Magnitude = magnitude;
    }

    /// <summary>Index of the step, from 0.</summary>
    public int Step { get; }

    /// <summary>Largest magnitude of the state in units of the marginal's own scale.</summary>
    public double Magnitude { get; }
}

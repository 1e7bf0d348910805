namespace Diffusion.ScoreModels.Preconditioning;

/// <summary>The networks of the variance-preserving process: they predict noise and know it by the process's time.</summary>
/// <remarks>
/// Song et al. 2021 as Karras et al. 2022, table 1, column "VP", state it:
/// <code>
/// c_in = 1/√(σ² + α²)    c_skip = 1/α    c_out = −σ/α    c_noise = (M − 1) t,   σ/α = √(e^(½ β_d t² + β_min t) − 1)
/// </code>
/// </remarks>
/// <param name="betaRange">β_d = β_max − β_min, positive.</param>
/// <param name="betaMin">β_min, not negative.</param>
/// <param name="steps">M, the number of steps of the discrete process that the label counts.</param>
public sealed class VariancePreservingPreconditioner(double betaRange = 19.9, double betaMin = 0.1, int steps = 1000) : Preconditioner
{
    /// <inheritdoc/>
    public override double Input(NoiseLevel level) => 1 / Math.Sqrt((level.Sigma * level.Sigma) + (level.Alpha * level.Alpha));

    /// <inheritdoc/>
    public override double Label(double noiseToSignal)
    {
        // The positive root of ½ β_d t² + β_min t = B, in the form that keeps its digits for small B.
        double integral = PreciseMath.Log1p(noiseToSignal * noiseToSignal);
        double time = 2 * integral / (Math.Sqrt((betaMin * betaMin) + (2 * betaRange * integral)) + betaMin);
        return (steps - 1) * time;
    }

    /// <inheritdoc/>
    public override (double OfData, double OfNoise) Output(NoiseLevel level) => (0, 1);
}

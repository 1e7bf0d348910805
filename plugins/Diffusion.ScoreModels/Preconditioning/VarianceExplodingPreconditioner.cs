namespace Diffusion.ScoreModels.Preconditioning;

/// <summary>The networks of the variance-exploding process: they predict the noise's negative from the noisy data as they are.</summary>
/// <remarks>
/// Song et al. 2021 as Karras et al. 2022, table 1, column "VE", state it:
/// <code>
/// c_in = 1/α    c_skip = 1/α    c_out = σ/α    c_noise = ln(½ σ/α)
/// </code>
/// The input has no bound at α = 0.
/// </remarks>
public sealed class VarianceExplodingPreconditioner : Preconditioner
{
    /// <inheritdoc/>
    public override double Input(NoiseLevel level) => 1 / level.Alpha;

    /// <inheritdoc/>
    public override double Label(double noiseToSignal) => Math.Log(0.5 * noiseToSignal);

    /// <inheritdoc/>
    public override (double OfData, double OfNoise) Output(NoiseLevel level) => (0, -1);
}

namespace Diffusion.ScoreModels.Preconditioning;

/// <summary>Karras et al. 2022: input and output of unit variance for data of standard deviation σ_d, whatever the noise.</summary>
/// <remarks>
/// Table 1, column "Ours", carried to any (α, σ) with S = σ² + α² σ_d²:
/// <code>
/// c_in = 1/√S    c_skip = α σ_d²/S    c_out = σ σ_d/√S    c_noise = ¼ ln(σ/α)
/// F = (σ D − α σ_d² ε̂)/(σ_d √S)
/// </code>
/// Finite at α = 0 and at σ = 0. k-diffusion's <c>Denoiser</c> is the same.
/// </remarks>
/// <param name="sigmaData">σ_d, positive.</param>
public sealed class EdmPreconditioner(double sigmaData) : Preconditioner
{
    /// <inheritdoc/>
    public override double Input(NoiseLevel level) => 1 / Deviation(level);

    /// <inheritdoc/>
    public override double Label(double noiseToSignal) => 0.25 * Math.Log(noiseToSignal);

    /// <inheritdoc/>
    public override (double OfData, double OfNoise) Output(NoiseLevel level)
    {
        double deviation = Deviation(level);
        return (level.Sigma / (sigmaData * deviation), -level.Alpha * sigmaData / deviation);
    }

    private double Deviation(NoiseLevel level) =>
        Math.Sqrt((level.Sigma * level.Sigma) + (level.Alpha * level.Alpha * sigmaData * sigmaData));
}

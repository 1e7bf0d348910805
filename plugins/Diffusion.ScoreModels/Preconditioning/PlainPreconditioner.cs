namespace Diffusion.ScoreModels.Preconditioning;

/// <summary>Networks that predict one thing at all levels (noise, data, v, score or velocity) from an input of unit variance.</summary>
/// <remarks>
/// c_in = 1/√S with S = σ² + α² σ_d². The label is ¼ ln(σ/α), for velocities 1000 σ/(α + σ), the straight path's time in thousandths.
/// For v at σ_d = 1 this is k-diffusion's <c>VDenoiser</c>.
/// </remarks>
/// <param name="output">Noise, data, v, score or velocity.</param>
/// <param name="sigmaData">σ_d, positive.</param>
public sealed class PlainPreconditioner(NetworkOutput output, double sigmaData) : Preconditioner
{
    /// <inheritdoc/>
    public override double Input(NoiseLevel level) => 1 / Deviation(level);

    /// <inheritdoc/>
    public override double Label(double noiseToSignal) => output == NetworkOutput.Velocity
        ? 1000 * noiseToSignal / (1 + noiseToSignal)
        : 0.25 * Math.Log(noiseToSignal);

    /// <inheritdoc/>
    public override (double OfData, double OfNoise) Output(NoiseLevel level)
    {
        switch (output)
        {
            case NetworkOutput.Noise:
                return (0, 1);
            case NetworkOutput.Data:
                return (1, 0);
            case NetworkOutput.V:
                double norm = Math.Sqrt((level.Alpha * level.Alpha) + (level.Sigma * level.Sigma));
                return (-level.Sigma / norm, level.Alpha / norm);
            case NetworkOutput.Score:
                return (0, -Deviation(level) / level.Sigma);
            case NetworkOutput.Velocity:
                return (-1, 1);
            default:
                throw new InvalidOperationException($"The output '{output}' has a preconditioner of its own.");
        }
    }

    private double Deviation(NoiseLevel level) =>
        Math.Sqrt((level.Sigma * level.Sigma) + (level.Alpha * level.Alpha * sigmaData * sigmaData));
}

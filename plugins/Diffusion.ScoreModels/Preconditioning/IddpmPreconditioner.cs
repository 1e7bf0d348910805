namespace Diffusion.ScoreModels.Preconditioning;

/// <summary>The networks of the discrete cosine process: they predict noise and know it by the index of the nearest step.</summary>
/// <remarks>
/// Nichol &amp; Dhariwal 2021 as Karras et al. 2022, table 1, column "iDDPM", state it:
/// <code>
/// c_in = 1/√(σ² + α²)    c_skip = 1/α    c_out = −σ/α    c_noise = M − 1 − argmin_j |u_j − σ/α|
/// u_M = 0,   u_{j−1}² = (u_j² + 1)/max(ᾱ_{j−1}/ᾱ_j, C₁) − 1,   ᾱ_j = sin²(π j/(2 M (C₂ + 1)))
/// </code>
/// </remarks>
/// <param name="smallestRatio">C₁, the smallest ratio of neighbouring ᾱ.</param>
/// <param name="offset">C₂, the cosine's offset.</param>
/// <param name="steps">M, the number of steps.</param>
public sealed class IddpmPreconditioner(double smallestRatio = 0.001, double offset = 0.008, int steps = 1000) : Preconditioner
{
    // u_0 … u_M, falling.
    private readonly double[] _scales = Scales(smallestRatio, offset, steps);

    /// <inheritdoc/>
    public override double Input(NoiseLevel level) => 1 / Math.Sqrt((level.Sigma * level.Sigma) + (level.Alpha * level.Alpha));

    /// <inheritdoc/>
    public override double Label(double noiseToSignal)
    {
        int nearest = 0;
        for (int j = 1; j < _scales.Length; j++)
        {
            if (Math.Abs(_scales[j] - noiseToSignal) < Math.Abs(_scales[nearest] - noiseToSignal))
                nearest = j;
        }

        return steps - 1 - nearest;
    }

    /// <inheritdoc/>
    public override (double OfData, double OfNoise) Output(NoiseLevel level) => (0, 1);

    private static double[] Scales(double smallestRatio, double offset, int steps)
    {
        double[] scales = new double[steps + 1];
        for (int j = steps; j > 0; j--)
        {
            double ratio = Math.Max(AlphaBar(j - 1) / AlphaBar(j), smallestRatio);
            scales[j - 1] = Math.Sqrt((((scales[j] * scales[j]) + 1) / ratio) - 1);
        }

        return scales;

        double AlphaBar(int j)
        {
            double sine = Math.Sin(0.5 * Math.PI * j / steps / (offset + 1));
            return sine * sine;
        }
    }
}

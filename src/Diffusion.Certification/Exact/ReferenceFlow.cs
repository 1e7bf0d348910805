namespace Diffusion.Certification;

/// <summary>The exact map of the probability-flow ODE between two levels, to about 1e-12.</summary>
/// <remarks>
/// In x̂ = x/α the flow is dx̂/d log σ̂ = σ̂ ε̂(x̂, σ̂) whatever the path, so one integration serves every process: the classical
/// Runge-Kutta method in log σ̂ at two step sizes, extrapolated to order 5.
/// </remarks>
public static class ReferenceFlow
{
    /// <summary>Carries one point from one level to another; both need α and σ above 0.</summary>
    /// <param name="mixture">The data's distribution.</param>
    /// <param name="x">The point at <paramref name="from"/>, length D.</param>
    /// <param name="from">Where it is.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="steps">Steps of the coarser integration.</param>
    public static double[] Carry(ExactMixture mixture, IReadOnlyList<double> x, NoiseLevel from, NoiseLevel to, int steps = 2000)
    {
        double[] start = [.. x.Select(value => value / from.Alpha)];
        double[] coarse = Integrate(mixture, start, -from.HalfLogSnr, -to.HalfLogSnr, steps);
        double[] fine = Integrate(mixture, start, -from.HalfLogSnr, -to.HalfLogSnr, 2 * steps);
        return [.. fine.Zip(coarse, (f, c) => to.Alpha * (f + ((f - c) / 15)))];
    }

    private static double[] Integrate(ExactMixture mixture, double[] x, double from, double to, int steps)
    {
        double h = (to - from) / steps;
        for (int i = 0; i < steps; i++)
        {
            double place = from + ((to - from) * i / steps);
            double[] k1 = Slope(mixture, x, place);
            double[] k2 = Slope(mixture, Move(x, k1, 0.5 * h), place + (0.5 * h));
            double[] k3 = Slope(mixture, Move(x, k2, 0.5 * h), place + (0.5 * h));
            double[] k4 = Slope(mixture, Move(x, k3, h), place + h);
            x = [.. x.Select((value, j) => value + (h / 6 * (k1[j] + (2 * k2[j]) + (2 * k3[j]) + k4[j])))];
        }

        return x;
    }

    private static double[] Slope(ExactMixture mixture, double[] x, double logNoiseToSignal)
    {
        double scale = Math.Exp(logNoiseToSignal);
        return [.. mixture.Noise(x, 1, scale).Select(noise => scale * noise)];
    }

    private static double[] Move(double[] x, double[] slope, double distance) => [.. x.Zip(slope, (value, k) => value + (distance * k))];
}

using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Diffusion.Experiments.Statistics;

/// <summary>The noncentral Student distribution: that of (Z + δ)/√(V/ν) with a standard normal Z and a χ² variable V with ν degrees of freedom.</summary>
public static class NoncentralStudentT
{
    // Beyond, the terms of the series underflow.
    private const double LargestNoncentrality = 37;

    /// <summary>P(T ≤ <paramref name="t"/>) for t ≥ 0, by Lenth's series of incomplete beta functions (algorithm AS 243).</summary>
    public static double CumulativeProbability(double t, double freedom, double noncentrality)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(t);
        if (Math.Abs(noncentrality) > LargestNoncentrality)
        {
            double s = 1 / (4 * freedom);
            return Normal.CDF(noncentrality, Math.Sqrt(1 + (2 * s * t * t)), t * (1 - s));
        }

        double x = t * t / (freedom + (t * t)), half = noncentrality * noncentrality / 2, sum = 0;
        if (half == 0)
            return StudentT.CDF(0, 1, freedom, t);
        int last = (int)(half + (12 * Math.Sqrt(half)) + 60);
        for (int j = 0; j <= last && x > 0; j++)
        {
            double logPower = (j * Math.Log(half)) - half;
            double even = Math.Exp(logPower - SpecialFunctions.GammaLn(j + 1));
            double odd = noncentrality / Math.Sqrt(2) * Math.Exp(logPower - SpecialFunctions.GammaLn(j + 1.5));
            // The terms fall from the mode of the Poisson weights on.
            if (j > half && even < 1e-18)
                break;
            sum += (even * SpecialFunctions.BetaRegularized(j + 0.5, freedom / 2, x)) + (odd * SpecialFunctions.BetaRegularized(j + 1, freedom / 2, x));
        }

        return Math.Clamp(Normal.CDF(0, 1, -noncentrality) + (sum / 2), 0, 1);
    }
}

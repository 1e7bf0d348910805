using MathNet.Numerics;

namespace Diffusion.Grids;

/// <summary>Quantiles of the Beta distribution to full relative accuracy at both ends, which the general-purpose inverse does not have.</summary>
internal static class BetaQuantile
{
    private const int MostSteps = 200;

    /// <summary>The quantile at <paramref name="p"/> and its distance from 1.</summary>
    /// <param name="p">A probability within (0, 1).</param>
    /// <param name="complement">1 − p, to its own digits.</param>
    /// <param name="a">First shape, positive.</param>
    /// <param name="b">Second shape, positive.</param>
    public static (double Below, double Above) At(double p, double complement, double a, double b)
    {
        if (p <= SpecialFunctions.BetaRegularized(a, b, 0.5))
        {
            double below = InLowerHalf(p, a, b);
            return (below, 1 - below);
        }

        double above = InLowerHalf(complement, b, a);
        return (1 - above, above);
    }

    // Newton's method for log I_x(a, b) = log p in log x, where the function is concave: from one side after the first step.
    private static double InLowerHalf(double p, double a, double b)
    {
        double logBeta = SpecialFunctions.BetaLn(a, b);
        double logX = Math.Min((Math.Log(p) + Math.Log(a) + logBeta) / a, Math.Log(0.5));
        double last = double.PositiveInfinity;
        for (int i = 0; i < MostSteps; i++)
        {
            double x = Math.Exp(logX);
            double cumulative = SpecialFunctions.BetaRegularized(a, b, x);

            // d log I/d log x = x · density/I; where I underflows its leading power is all of it.
            double slope = cumulative > 0 ? Math.Exp((a * logX) + ((b - 1) * PreciseMath.Log1p(-x)) - logBeta) / cumulative : a;
            double logCumulative = cumulative > 0 ? Math.Log(cumulative) : (a * logX) - Math.Log(a) - logBeta;
            double step = (Math.Log(p) - logCumulative) / slope;
            if (step == 0 || (i > 1 && Math.Abs(step) >= last))
                break;

            logX = Math.Min(logX + step, Math.Log(0.5));
            last = Math.Abs(step);
        }

        return Math.Exp(logX);
    }
}

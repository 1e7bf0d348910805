using System.Globalization;
using MathNet.Numerics.Distributions;

namespace Diffusion.Experiments.Statistics;

/// <summary>How many repeats a paired comparison takes.</summary>
public static class RepeatPlanning
{
    /// <summary>The chance with which the repeats that are asked for decide.</summary>
    public const double UsualPower = 0.8;

    /// <summary>More repeats than this are not counted: the difference is as good as none.</summary>
    public const int Most = 100_000;

    /// <summary>The chance that Student's two-sided test rejects a mean of 0.</summary>
    /// <param name="repeats">Values that the test sees.</param>
    /// <param name="effect">The true mean over the true standard deviation.</param>
    /// <param name="level">The test's level.</param>
    public static double Power(int repeats, double effect, double level)
    {
        double freedom = repeats - 1;
        double critical = StudentQuantile.Upper(freedom, level / 2);
        return 1 - NoncentralStudentT.CumulativeProbability(critical, freedom, Math.Sqrt(repeats) * Math.Abs(effect));
    }

    /// <summary>
    /// The fewest repeats with which the test rejects with the usual power, should the effect be as large as seen; never fewer than a test takes. Null for more
    /// than <see cref="Most"/>.
    /// </summary>
    public static int? Needed(double effect, double level, double power = UsualPower)
    {
        if (!double.IsFinite(effect) || effect == 0)
            return null;
        // Where the normal approximation puts it, and from there on by twentieths.
        double normal = Math.Pow((Normal.InvCDF(0, 1, 1 - (level / 2)) + Normal.InvCDF(0, 1, power)) / effect, 2);
        int low = MeanInference.FewestValues - 1, high = (int)Math.Clamp(Math.Ceiling(normal), MeanInference.FewestValues, Most);
        while (Power(high, effect, level) < power)
        {
            if (high == Most)
                return null;
            (low, high) = (high, Math.Min(high + Step(high), Most));
        }

        while (high > low + Step(high) && Power(high - Step(high), effect, level) >= power)
            high -= Step(high);
        low = Math.Max(low, high - Step(high));
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (Power(middle, effect, level) < power)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    /// <summary>A planned number for people: to two digits, rounded up, which is more than it knows.</summary>
    public static string Rounded(int needed)
    {
        int unit = (int)Math.Pow(10, Math.Max(0, (int)Math.Log10(needed) - 1));
        return (Math.Ceiling((double)needed / unit) * unit).ToString("0", CultureInfo.InvariantCulture);
    }

    private static int Step(int repeats) => Math.Max(2, repeats / 20);
}

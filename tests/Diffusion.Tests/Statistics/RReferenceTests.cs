using System.Text.Json;
using Diffusion.Experiments.Statistics;
using Xunit;

namespace Diffusion.Tests.Statistics;

/// <summary>The statistics against values recorded from R (reference.R wrote reference.json), to 1e-10.</summary>
public sealed class RReferenceTests
{
    private const double Tolerance = 1e-10;

    private static readonly JsonElement Reference =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Diffusion.Tests", "Statistics", "reference.json"))).RootElement;

    private static JsonElement.ArrayEnumerator Section(string name) => Reference.GetProperty(name).EnumerateArray();

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private static double[] Numbers(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    // Relative where numbers are large, and of small ones too: a p-value of 1e-15 has digits of its own.
    private static void Close(double expected, double actual) => Assert.Equal(expected, actual, Tolerance * Math.Max(1e-300, Math.Abs(expected)) + 1e-300);

    private static void Close(double[] expected, Interval? actual)
    {
        Close(expected[0], actual!.Value.Low);
        Close(expected[1], actual.Value.High);
    }

    [Fact]
    public void Means_errors_p_values_and_intervals_are_those_of_t_test()
    {
        foreach (JsonElement sample in Section("samples"))
        {
            MeanInference mean = MeanInference.FromValues(Numbers(sample, "values"));
            Close(Number(sample, "mean"), mean.Moments.Mean);
            Close(Number(sample, "standardError"), mean.Moments.StandardError);
            Close(Number(sample, "p"), mean.StudentPValue!.Value);
            Close(Numbers(sample, "interval95"), mean.StudentInterval());
            Close(Numbers(sample, "interval99"), mean.StudentInterval(0.99));
            Close(Number(sample, "skewness"), mean.Moments.Skewness);
        }
    }

    [Fact]
    public void The_wider_interval_is_that_of_the_transformation_inverted_by_root_finding()
    {
        foreach (JsonElement sample in Section("samples"))
        {
            MeanInference mean = MeanInference.FromValues(Numbers(sample, "values"));
            double[] expected = Numbers(sample, "wideInterval95");
            Assert.Equal(expected[0], mean.Interval()!.Value.Low, 1e-9 * mean.Moments.StandardError);
            Assert.Equal(expected[1], mean.Interval()!.Value.High, 1e-9 * mean.Moments.StandardError);
            Close(Number(sample, "wideP"), mean.PValue!.Value);
        }
    }

    [Fact]
    public void Paired_differences_are_those_of_the_paired_t_test()
    {
        foreach (JsonElement pair in Section("paired"))
        {
            MeanInference mean = MeanInference.FromValues([.. Numbers(pair, "first").Zip(Numbers(pair, "second"), (a, b) => a - b)]);
            Close(Number(pair, "difference"), mean.Moments.Mean);
            Close(Number(pair, "p"), mean.StudentPValue!.Value);
            Close(Numbers(pair, "interval95"), mean.StudentInterval());
        }
    }

    [Fact]
    public void Corrected_p_values_are_those_of_p_adjust()
    {
        foreach (JsonElement family in Section("holm"))
            Assert.All(Numbers(family, "holm").Zip(HolmCorrection.Adjust(Numbers(family, "p"))), pair => Close(pair.First, pair.Second));
    }

    [Fact]
    public void Quantiles_are_those_of_qt()
    {
        foreach (JsonElement quantile in Section("quantiles"))
            Close(Number(quantile, "quantile"), StudentQuantile.Upper(Number(quantile, "freedom"), 1 - Number(quantile, "probability")));
    }

    [Fact]
    public void The_noncentral_distribution_is_that_of_pt()
    {
        foreach (JsonElement point in Section("noncentral"))
        {
            Assert.Equal(
                Number(point, "probability"),
                NoncentralStudentT.CumulativeProbability(Number(point, "t"), Number(point, "freedom"), Number(point, "noncentrality")),
                Tolerance);
        }
    }

    [Fact]
    public void Power_and_repeats_are_those_of_power_t_test()
    {
        foreach (JsonElement point in Section("power"))
            Assert.Equal(
                Number(point, "power"),
                RepeatPlanning.Power(point.GetProperty("repeats").GetInt32(), Number(point, "effect"), Number(point, "level")),
                Tolerance);
        foreach (JsonElement point in Section("repeats"))
            Assert.Equal(point.GetProperty("repeats").GetInt32(), RepeatPlanning.Needed(Number(point, "effect"), Number(point, "level")));
    }
}

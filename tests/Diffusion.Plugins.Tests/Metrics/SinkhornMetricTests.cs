using System.Globalization;
using Diffusion.Metrics;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;
using static Diffusion.Plugins.Tests.Metrics.MetricProblem;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>The Sinkhorn divergence against its definition on small sets, and against the closed form of Gaussians.</summary>
public sealed class SinkhornMetricTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static SinkhornMetric Metric(double regularization, int points = 1024) => new(new() { Regularization = regularization, Points = points });

    private static MetricValue Measure(double regularization, Tensor x, Tensor y) => Assert.Single(Metric(regularization).Measure(Input(x, y)));

    [Theory]
    [InlineData(5, 7, 1, 0.03)]
    [InlineData(6, 6, 2, 0.1)]
    [InlineData(12, 8, 3, 1)]
    [InlineData(3, 9, 2, 50)]
    public void It_is_the_definition(int n, int m, int dimension, double regularization)
    {
        (Tensor x, Tensor y) = (Normal(1, n, dimension), Normal(2, m, dimension, 0.8, 1.6));
        double epsilon = regularization * y.var(0).sum().ToDouble();
        MetricValue value = Measure(regularization, x, y);
        Assert.Equal(("sinkhorn", n, MetricGoal.Smaller), (value.Name, value.Count, value.Goal));
        Assert.Equal(Math.Sqrt(DivergenceByDefinition(Rows(x), Rows(y), epsilon)), value.Value, 2e-5);
    }

    [Fact]
    public void Between_shifted_sets_it_is_the_shift_whatever_the_entropy()
    {
        Tensor x = Normal(1, 200, 3);
        foreach (double regularization in new[] { 0.02, 0.5, 20 })
            Assert.Equal(3, Measure(regularization, x + tensor(new[] { 1.0, -2, 2 }), x).Value, 1e-6);
        Assert.Equal(0, Measure(0.1, x, x).Value, 1e-4);
    }

    [Fact]
    public void With_little_entropy_it_is_the_exact_distance_and_with_much_that_of_the_means()
    {
        (Tensor x, Tensor y) = (Normal(1, 60, 2), Normal(2, 50, 2, 1, 2));
        double exact = new WassersteinMetric(new()).Measure(Input(x, y))[0].Value;
        Assert.Equal(exact, Measure(1e-3, x, y).Value, 0.005);
        Assert.Equal((x.mean([0]) - y.mean([0])).norm().ToDouble(), Measure(1e3, x, y).Value, 0.005);
    }

    [Fact]
    public void The_bias_of_the_entropy_is_that_of_the_closed_form_and_the_page_says_how_large_it_is()
    {
        // Sets of quantiles stand for the laws: no sampling error.
        double[] regularizations = [0.01, 0.05, 0.5];
        double[] quantiles = [.. Enumerable.Range(0, 1000).Select(i => MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, (i + 0.5) / 1000))];
        Tensor reference = tensor(quantiles, [1000, 1]);
        List<string> rows = [];
        foreach (double deviation in new[] { 0.5, 0.8, 1.25, 2 })
        {
            double[] values = [.. regularizations.Select(epsilon => Measure(epsilon, deviation * reference, reference).Value)];
            Assert.All(values.Zip(regularizations), pair =>
                Assert.Equal(Math.Sqrt(DivergenceOfGaussians(deviation, 1, pair.Second)), pair.First, 0.01 * Math.Abs(deviation - 1)));
            rows.Add(Row(string.Create(CultureInfo.InvariantCulture, $"N(0, {deviation}²) against N(0, 1)"), Math.Abs(deviation - 1), values));
        }

        // Two modes far apart: what the entropy smooths is large beside them.
        Tensor thinned = tensor(quantiles.Where((_, i) => i % 2 == 1).ToArray(), [500, 1]);
        Tensor narrow = Modes(0.2), wide = Modes(0.3);
        double[] ofModes = [.. regularizations.Select(epsilon => Measure(epsilon, narrow, wide).Value)];
        rows.Add(Row("½ N(−2, 0.2²) + ½ N(2, 0.2²) against 0.3 in place of 0.2", 0.1, ofModes));

        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));
        Assert.All(rows, row => Assert.True(page.Contains(row, StringComparison.Ordinal), $"docs/metrics.md should have:\n{string.Join('\n', rows)}"));

        Tensor Modes(double deviation) => cat([(deviation * thinned) - 2, (deviation * thinned) + 2], 0);

        static string Row(string laws, double exact, double[] values) =>
            $"| {string.Join(" | ", values.Prepend(exact).Select(value => value.ToString("f3", CultureInfo.InvariantCulture)).Prepend(laws))} |";
    }

    [Theory]
    [InlineData(1e3, 1)]
    [InlineData(1, 30)]
    [InlineData(0, 1e-6)]
    public void Samples_that_are_far_off_or_collapsed_are_measured(double mean, double deviation)
    {
        (Tensor x, Tensor y) = (Normal(1, 200, 2, mean, deviation), Normal(2, 200, 2));
        double exact = new WassersteinMetric(new()).Measure(Input(x, y))[0].Value;
        Assert.Equal(1, Measure(0.02, x, y).Value / exact, 0.03);
    }

    // Shares of the points at two places 2 L apart, whose variances are 0 or small beside L²: what moves is the difference of the shares.
    [Theory]
    [InlineData(100, 30, 100, 50, 0.001)]
    [InlineData(100, 30, 100, 50, 0.05)]
    [InlineData(1000, 499, 1000, 500, 0.001)]
    [InlineData(1000, 499, 1000, 500, 0.05)]
    [InlineData(90, 30, 120, 41, 0.01)]
    [InlineData(60, 3, 100, 50, 0.01)]
    [InlineData(1000, 499, 1000, 500, 0.005)]
    public void Two_points_with_other_shares_are_the_closed_form(int n, int ofX, int m, int ofY, double regularization)
    {
        (Tensor x, Tensor y) = (Atoms(n, ofX), Atoms(m, ofY));
        double epsilon = regularization * y.var(0).sum().ToDouble();
        double expected = CostOfAtoms((double)ofX / n, (double)ofY / m, epsilon)
            - (0.5 * (CostOfAtoms((double)ofX / n, (double)ofX / n, epsilon) + CostOfAtoms((double)ofY / m, (double)ofY / m, epsilon)));
        Assert.Equal(Math.Sqrt(expected), Measure(regularization, x, y).Value, 0.01 * Math.Sqrt(expected));
        // With so little entropy it is the exact distance: (2 L)² times the mass that moves, here L = 5.
        if (regularization == 0.001)
            Assert.Equal(1, Math.Sqrt(100 * Math.Abs(((double)ofX / n) - ((double)ofY / m))) / Measure(regularization, x, y).Value, 0.02);

        static Tensor Atoms(int count, int left)
        {
            Tensor points = full([count, 1], 5.0, dtype: ScalarType.Float64);
            points.narrow(0, 0, left).fill_(-5);
            return points;
        }
    }

    [Theory]
    [InlineData(1, 0.001, 0.02)]
    [InlineData(1, 0.01, 0.03)]
    [InlineData(2, 0.001, 0.02)]
    [InlineData(2, 0.01, 0.05)]
    public void Modes_far_apart_are_near_to_the_exact_distance(int dimension, double regularization, double part)
    {
        // 200 points a side, in modes of standard deviation 0.1 that are 20 apart; a third of one set and a half of the other is on the left.
        Tensor x = cat([Normal(1, 66, dimension, -10, 0.1), Normal(2, 134, dimension, 10, 0.1)], 0);
        Tensor y = cat([Normal(3, 100, dimension, -10, 0.1), Normal(4, 100, dimension, 10, 0.1)], 0);
        double exact = new WassersteinMetric(new()).Measure(Input(x, y))[0].Value;
        Assert.Equal(1, Measure(regularization, x, y).Value / exact, part);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.05)]
    public void Two_gaussians_far_apart_are_their_distance(double regularization)
    {
        // W₂² of N(m, s² I) and N(0, I) is ‖m‖² + D (s − 1)².
        (Tensor x, Tensor y) = (Normal(1, 1000, 2, 100, 0.5), Normal(2, 1000, 2));
        Assert.Equal(Math.Sqrt(20_000 + 0.5), Measure(regularization, x, y).Value, 0.3);
    }

    [Fact]
    public void Several_modes_that_all_hold_other_shares_are_near_to_the_exact_distance()
    {
        // Five modes on a line, at 0, 10, 30, 60 and 100.
        double[] centres = [0, 10, 30, 60, 100];
        Tensor x = Modes(1, 60, 61, 59, 63, 57), y = Modes(6, 60, 60, 60, 60, 60);
        double exact = new WassersteinMetric(new()).Measure(Input(x, y))[0].Value;
        Assert.Equal(1, Measure(0.001, x, y).Value / exact, 0.02);

        Tensor Modes(long seed, params int[] counts) =>
            cat([.. counts.Select((count, i) => Normal(seed + i, count, 1, centres[i], 0.1))], 0);
    }

    [Fact]
    public void An_iteration_that_has_not_converged_gives_its_reason_and_no_number()
    {
        PointSet x = new(Normal(1, 60, 2)), y = new(Normal(2, 60, 2, 1, 2));
        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => EntropicTransport.Between(x, y, 0.01, new double[60], TestContext.Current.CancellationToken, 3));
        Assert.Matches(@"not converged within 3 iterations \([0-9.]+ % of the mass is off\): take a larger regularization", refused.Message);
    }

    [Fact]
    public void Large_sets_are_drawn_from_at_the_same_places_whatever_is_in_them()
    {
        MetricInput input = Input(Normal(1, 200, 2), Normal(2, 300, 2));
        MetricValue value = Metric(0.1, 50).Measure(input)[0];
        Assert.Equal(50, value.Count);
        MetricInput larger = input with { Samples = 4 * input.Samples, Reference = 4 * input.Reference, Memory = new() };
        Assert.Equal(4 * value.Value, Metric(0.1, 50).Measure(larger)[0].Value, 1e-5);
    }

    [Fact]
    public void The_scale_of_the_entropy_is_that_of_rows_that_all_repeats_share()
    {
        MetricInput input = Input(Normal(1, 60, 2), Normal(2, 60, 2, 0, 2));
        double wide = Metric(0.1).Measure(input)[0].Value;
        double narrow = Metric(0.4).Measure(input with { ScaleRows = 0.5 * input.Reference, Memory = new() })[0].Value;
        Assert.Equal(wide, narrow, 1e-12);
    }

    [Fact]
    public void What_cannot_be_measured_is_said()
    {
        Tensor equal = full([6, 2], 1.5, dtype: ScalarType.Float64);
        MetricSetting setting = new() { Samples = 10, Reference = equal, Data = new() { Name = "points", Shape = [2] } };
        Assert.Contains("the rows of the reference are all equal", Metric(0.1).Objection(setting), StringComparison.Ordinal);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => Measure(0.1, equal, equal));
        Assert.Contains("the rows of the reference are all equal", refused.Message, StringComparison.Ordinal);
        Assert.Null(Metric(0.1).Objection(setting with { Reference = Normal(1, 5, 2) }));
        Assert.NotNull(Metric(0.1).Objection(setting with { Reference = Normal(1, 1, 2) }));
        Assert.InRange(Measure(0.1, equal, Normal(1, 9, 2)).Value, 1, 4);
        Assert.Null(Measure(0.1, Normal(1, 1, 2), Normal(2, 9, 2)).StandardError);

        Tensor broken = Normal(1, 10, 2);
        broken[3, 1] = double.NaN;
        Assert.Equal(double.NaN, Measure(0.1, broken, Normal(2, 10, 2)).Value);
        Assert.Throws<ArgumentException>(() => Measure(0.1, Normal(1, 5, 2), Normal(1, 5, 3)));
        Assert.Throws<OperationCanceledException>(
            () => Metric(0.1).Measure(Input(Normal(1, 60, 2), Normal(2, 60, 2)) with { Cancellation = new(canceled: true) }));
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(1, 0, 1.0, 1.6)]
    [InlineData(2, 0, 1.0, 1.6)]
    [InlineData(2, 0.5, 0.9, 1.25)]
    [InlineData(8, 1, 0.9, 1.2)]
    public void Standard_errors_are_those_of_repeated_draws_or_larger(int dimension, double shift, double lowest, double highest)
    {
        // The spread of 400 values is known to 3.5 %.
        MetricValue[] values = [.. Enumerable.Range(0, 400).Select(i =>
        {
            using DisposeScope scope = NewDisposeScope();
            return Measure(0.1, Normal(1000 + (2 * i), 150, dimension), Normal(1001 + (2 * i), 120, dimension, shift, 1 + (shift / 2)));
        })];
        double mean = values.Average(value => value.Value);
        double spread = Math.Sqrt(values.Sum(value => Math.Pow(value.Value - mean, 2)) / 399);
        Assert.InRange(Math.Sqrt(values.Average(value => Math.Pow(value.StandardError!.Value, 2))) / spread, lowest, highest);
    }

    private static double DivergenceByDefinition(double[][] x, double[][] y, double epsilon) =>
        CostByDefinition(x, y, epsilon) - (0.5 * (CostByDefinition(x, x, epsilon) + CostByDefinition(y, y, epsilon)));

    // Sinkhorn's iteration as it is written, until nothing moves, and the cost of the plan with its entropy.
    private static double CostByDefinition(double[][] x, double[][] y, double epsilon)
    {
        double[,] kernel = new double[x.Length, y.Length];
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < y.Length; j++)
                kernel[i, j] = Math.Exp(-Math.Pow(Distance(x[i], y[j]), 2) / epsilon);
        }

        double[] a = [.. x.Select(_ => 1.0)], b = [.. y.Select(_ => 1.0)];
        for (int iteration = 0; iteration < 20_000; iteration++)
        {
            for (int i = 0; i < x.Length; i++)
                a[i] = y.Length / Enumerable.Range(0, y.Length).Sum(j => kernel[i, j] * b[j]);
            for (int j = 0; j < y.Length; j++)
                b[j] = x.Length / Enumerable.Range(0, x.Length).Sum(i => kernel[i, j] * a[i]);
        }

        double cost = 0;
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < y.Length; j++)
            {
                double density = a[i] * kernel[i, j] * b[j];
                cost += density * (Math.Pow(Distance(x[i], y[j]), 2) + (epsilon * Math.Log(density))) / (x.Length * y.Length);
            }
        }

        return cost;
    }

    // OT_ε of two places 10 apart, a share p of one set and q of the other at the left. What the plan has off its diagonal is |p − q| and twice some mass u,
    // for which the product of the diagonal is exp(200/ε) times that of the rest.
    private static double CostOfAtoms(double p, double q, double epsilon)
    {
        double left = Math.Min(p, q), right = 1 - Math.Max(p, q), gap = Math.Abs(p - q);
        (double few, double many) = (-700, left * right > 0 ? Math.Log(Math.Min(left, right)) : -700);
        for (int i = 0; i < 200; i++)
        {
            double middle = 0.5 * (few + many), mass = Math.Exp(middle);
            bool isTooLittle = Math.Log((left - mass) * (right - mass)) - middle - Math.Log(gap + mass) > 200 / epsilon;
            (few, many) = isTooLittle ? (middle, many) : (few, middle);
        }

        double u = Math.Exp(few);
        return Part(left - u, p * q, 0) + Part(right - u, (1 - p) * (1 - q), 0)
            + Part(u + Math.Max(0, p - q), p * (1 - q), 100) + Part(u + Math.Max(0, q - p), (1 - p) * q, 100);

        double Part(double mass, double product, double cost) => mass <= 0 ? 0 : mass * (cost + (epsilon * Math.Log(mass / product)));
    }

    private static double DivergenceOfGaussians(double s, double t, double epsilon) =>
        CostOfGaussians(s, t, epsilon) - (0.5 * (CostOfGaussians(s, s, epsilon) + CostOfGaussians(t, t, epsilon)));

    // Janati, Muzellec, Peyré & Cuturi 2020, theorem 1, for N(0, s²) and N(0, t²) with ε = 2σ².
    private static double CostOfGaussians(double s, double t, double epsilon)
    {
        double variance = epsilon / 2;
        double root = Math.Sqrt((4 * s * s * t * t) + (variance * variance));
        return (s * s) + (t * t) - root + (variance * (1 - Math.Log(2 * variance))) + (variance * Math.Log(root + variance));
    }
}

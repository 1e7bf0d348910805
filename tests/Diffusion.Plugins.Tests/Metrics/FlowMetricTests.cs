using Diffusion.Core.Likelihood;
using Diffusion.Metrics;
using Diffusion.Schedules;
using Diffusion.ScoreModels;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>Metrics of a model's probability flow, on models whose density is known.</summary>
public sealed class FlowMetricTests
{
    private static readonly double[] Points = [1.1, 0.4, -0.9, 1.2, 0.2, -1.4, 0.3, 0.3, 2.0, 1.1, -0.4, 0.2];

    [Theory]
    [InlineData(TerminalPrior.Exact, 1e-6)]
    [InlineData(TerminalPrior.Matched, 1e-2)]
    [InlineData(TerminalPrior.Normal, 1e-2)]
    public void Negative_log_likelihood_is_that_of_the_mixture(TerminalPrior prior, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        MetricInput input = Input();
        IReadOnlyList<MetricValue> values = new LogLikelihoodMetric(new() { Prior = prior, Tolerance = 1e-8 }).Measure(input);
        double[] exact = [.. ExactProblems.Plane.Mixture.At(input.Flow!.Cleanest).LogDensity(Points).Select(value => -value)];
        Assert.Equal(["negative-log-likelihood", "bits-per-dimension"], values.Select(value => value.Name));
        Assert.Equal(exact.Average(), values[0].Value, tolerance);
        Assert.Equal(exact.Average() / (2 * Math.Log(2)), values[1].Value, tolerance);
        Assert.Equal(Math.Sqrt(exact.Sum(value => Math.Pow(value - exact.Average(), 2)) / 5 / 6), values[0].StandardError!.Value, tolerance);
        Assert.Equal(6, values[0].Count);
    }

    [Fact]
    public void Densities_are_in_the_units_of_the_data()
    {
        using DisposeScope scope = NewDisposeScope();
        MetricInput input = Input();
        MetricInput scaled = input with { Data = input.Data with { Standardization = new Standardization([3, -1], [10, 0.5]) } };
        var metric = new LogLikelihoodMetric(new() { Rows = 2 });
        Assert.Equal(metric.Measure(input)[0].Value + Math.Log(5), metric.Measure(scaled)[0].Value, 1e-12);
        Assert.Equal(2, metric.Measure(input)[0].Count);
    }

    [Fact]
    public void Hutchinson_s_estimate_is_near_the_exact_trace()
    {
        using DisposeScope scope = NewDisposeScope();
        MetricInput input = Input();
        double exact = new LogLikelihoodMetric(new()).Measure(input)[0].Value;
        double estimate = new LogLikelihoodMetric(new() { Divergence = Divergence.Hutchinson, Probes = 64 }).Measure(input)[0].Value;
        Assert.NotEqual(exact, estimate);
        Assert.Equal(exact, estimate, 0.2);
    }

    [Fact]
    public void A_round_trip_returns_to_within_its_tolerance()
    {
        using DisposeScope scope = NewDisposeScope();
        MetricInput input = Input();
        double loose = new RoundTripMetric(new() { Tolerance = 1e-3 }).Measure(input)[0].Value;
        IReadOnlyList<MetricValue> tight = new RoundTripMetric(new() { Tolerance = 1e-9 }).Measure(input);
        Assert.InRange(tight[0].Value, 1e-15, 1e-6);
        Assert.InRange(loose, 10 * tight[0].Value, 0.1);
        Assert.InRange(tight[1].Value, 0, 2);
    }

    [Fact]
    public void Paths_on_a_standard_normal_are_arcs()
    {
        // Where data and latents are one distribution the flow stands still, and a quarter circle is π/(2√2) times its chord.
        using DisposeScope scope = NewDisposeScope();
        MetricInput input = Input(new GaussianMixture([GaussianComponent.Isotropic(1, [0, 0], 1)]), tensor(new[] { 1.0, 0, 0, 1, 2, 0, 1, 0 }, [4, 2]));
        var metric = new LatentInterpolationMetric(new() { Points = 200, Tolerance = 1e-9 });
        Assert.Equal(((Math.PI / 2 / Math.Sqrt(2)) + 1) / 2, metric.Measure(input)[0].Value, 1e-4);
    }

    [Fact]
    public void Paths_through_a_mixture_are_longer_than_their_chords()
    {
        using DisposeScope scope = NewDisposeScope();
        MetricValue value = new LatentInterpolationMetric(new()).Measure(Input())[0];
        Assert.Equal(3, value.Count);
        Assert.InRange(value.Value, 1.001, 10);
    }

    [Theory]
    [InlineData(-1.0, 1.0)]
    [InlineData(0.9, 1.1)]
    public void Paths_between_two_rows_of_one_dimension_are_their_chord(double first, double second)
    {
        using DisposeScope scope = NewDisposeScope();
        var mixture = new GaussianMixture([new(0.5, [-1], new double[,] { { 0.01 } }), new(0.5, [1], new double[,] { { 0.01 } })]);
        MetricInput input = Input(mixture, tensor([first, second], [2, 1]));
        Assert.Equal(1, new LatentInterpolationMetric(new()).Measure(input)[0].Value, 1e-3);
    }

    [Fact]
    public void Paths_between_rows_that_lie_opposite_each_other_are_finite()
    {
        using DisposeScope scope = NewDisposeScope();
        var mixture = new GaussianMixture([new(1, [0, 0], new double[,] { { 1, 0 }, { 0, 1 } })]);
        MetricInput input = Input(mixture, tensor([1.2, -0.5, -1.2, 0.5], [2, 2]));
        Assert.Equal(1, new LatentInterpolationMetric(new()).Measure(input)[0].Value, 1e-3);
    }

    [Fact]
    public void Samples_without_their_model_are_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        MetricInput input = Input() with { Flow = null };
        foreach (IMetric metric in (IMetric[])[new LogLikelihoodMetric(new()), new RoundTripMetric(new()), new LatentInterpolationMetric(new())])
            Assert.Contains("model", Assert.Throws<ArgumentException>(() => metric.Measure(input)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exact_prior_needs_a_known_mixture()
    {
        using DisposeScope scope = NewDisposeScope();
        MetricInput input = Input();
        Assert.Throws<ArgumentException>(() =>
            new LogLikelihoodMetric(new() { Prior = TerminalPrior.Exact }).Measure(input with { Data = input.Data with { Mixture = null } }));
    }

    private static MetricInput Input(GaussianMixture? mixture = null, Tensor? rows = null)
    {
        mixture ??= ExactProblems.Plane.Mixture;
        rows ??= tensor(Points, [Points.Length / 2, 2]);
        var description = new DataDescription { Name = "mixture", Shape = [rows.shape[1]], Mixture = mixture };
        var schedule = new VariancePreservingSchedule(new());
        return MetricProblem.Input(rows, rows) with
        {
            Data = description,
            Flow = new ProbabilityFlow
            {
                Denoiser = new GaussianMixtureScoreModel(new(), description),
                Schedule = schedule,
                Cleanest = schedule.At(schedule.MinimumTime),
                Noisiest = schedule.At(schedule.Horizon),
            },
        };
    }
}

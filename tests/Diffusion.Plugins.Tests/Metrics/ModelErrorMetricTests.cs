using Diffusion.Core.Errors;
using Diffusion.Core.Randomness;
using Diffusion.Metrics;
using Diffusion.Schedules;
using Diffusion.ScoreModels;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Metrics;

/// <summary>Errors of models whose score is off the exact one by a known amount.</summary>
public sealed class ModelErrorMetricTests
{
    private static readonly NoiseSchedule Preserving = new VariancePreservingSchedule(new());
    private static readonly NoiseSchedule Edm = new EdmSchedule(new() { SigmaMin = 0.05, SigmaMax = 20 });
    private static readonly GaussianMixture Normal = new([GaussianComponent.Isotropic(1, [0, 0], 1)]);
    private static readonly double[] Shift = [0.3, -0.4];
    private const double SquaredShift = 0.25;

    private static DataDescription Describe(GaussianMixture mixture) => new() { Name = "mixture", Shape = [mixture.Dimension], Mixture = mixture };

    private static DenoisingError Truth(
        GaussianMixture mixture, NoiseSchedule schedule, double factor = 1, double[]? shift = null, ScalarType dtype = ScalarType.Float64) => new()
        {
            Denoiser = new PerturbedScore(new ExactMixtureDenoiser(new(mixture), PredictionKind.Noise), factor, shift ?? new double[mixture.Dimension]),
            Schedule = schedule,
            Data = Describe(mixture),
            Noise = new NoiseKey(5, 0, NoiseDomain.NoisyData),
            Dtype = dtype,
        };

    private static MetricInput Input(IDenoisingError denoising)
    {
        Tensor rows = zeros(2, 2, dtype: ScalarType.Float64);
        return MetricProblem.Input(rows, rows) with { Denoising = denoising };
    }

    private static IReadOnlyList<MetricValue> ScoreErrors(IDenoisingError truth, ScoreErrorOptions? options = null) =>
        new ScoreErrorMetric(options ?? new()).Measure(Input(truth));

    private static IReadOnlyList<MetricValue> Risks(IDenoisingError truth, ExcessRiskOptions? options = null) =>
        new ExcessRiskMetric(options ?? new()).Measure(Input(truth));

    private static void AssertNear(double expected, MetricValue value) =>
        Assert.InRange(value.Value, expected - (4 * value.StandardError!.Value), expected + (4 * value.StandardError!.Value));

    [Fact]
    public void The_exact_score_has_no_error()
    {
        using DisposeScope scope = NewDisposeScope();
        // The mean square of the score itself is about 1/σ² a dimension, 400 at the cleanest level.
        Assert.All(ScoreErrors(Truth(ExactProblems.Plane.Mixture, Edm)), value => Assert.InRange(value.Value, 0, 1e-18));
        Assert.All(Risks(Truth(ExactProblems.Plane.Mixture, Edm)), value => Assert.InRange(value.Value, 0, 1e-18));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_shifted_score_is_off_by_the_square_of_the_shift_at_every_level_and_point(bool isPreserving)
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseSchedule schedule = isPreserving ? Preserving : Edm;
        IReadOnlyList<MetricValue> values = ScoreErrors(Truth(ExactProblems.Plane.Mixture, schedule, shift: Shift), new() { Regions = 3 });
        Assert.Equal(6 * 4, values.Count);
        Assert.All(values, value => Assert.Equal(SquaredShift, value.Value, 1e-8));
        Assert.All(values, value => Assert.InRange(value.StandardError!.Value, 0, 1e-8));
        Assert.Equal(2048, values[0].Count);
        Assert.Equal([682, 683, 683], values.Skip(1).Take(3).Select(value => value.Count));
    }

    [Fact]
    public void A_scaled_score_of_a_normal_law_has_the_error_of_its_Fisher_information()
    {
        using DisposeScope scope = NewDisposeScope();
        // ∇ log N(x; m, S) has the mean square tr S⁻¹.
        var mixture = new GaussianMixture([new(1, [0.5, -1], new double[,] { { 0.5, 0.2 }, { 0.2, 0.4 } })]);
        IReadOnlyList<MetricValue> values =
            ScoreErrors(Truth(mixture, Preserving, factor: 1.1), new() { NoiseScales = [0.1, 0.7, 3], Rows = 20_000 });
        foreach ((double scale, MetricValue value) in new[] { 0.1, 0.7, 3 }.Zip(values))
        {
            NoiseLevel level = Preserving.AtHalfLogSnr(-Math.Log(scale));
            (double noise, double signal) = (level.Sigma * level.Sigma, level.Alpha * level.Alpha);
            (double first, double second, double cross) = ((signal * 0.5) + noise, (signal * 0.4) + noise, signal * 0.2);
            double trace = (first + second) / ((first * second) - (cross * cross));
            AssertNear(0.01 * trace, value);
            // A chi-squared law's spread.
            Assert.InRange(value.StandardError!.Value / (0.01 * trace), 0.5 / Math.Sqrt(20_000), 2 / Math.Sqrt(20_000));
        }
    }

    [Theory]
    [InlineData(ResidualForm.Data)]
    [InlineData(ResidualForm.Noise)]
    [InlineData(ResidualForm.Score)]
    [InlineData(ResidualForm.V)]
    [InlineData(ResidualForm.Velocity)]
    public void Excess_risk_is_the_weighted_Fisher_divergence(ResidualForm weighting)
    {
        using DisposeScope scope = NewDisposeScope();
        DenoisingError truth = Truth(ExactProblems.Plane.Mixture, Preserving, factor: 0.9, shift: Shift);
        double[] scales = [0.05, 0.6, 8];
        IReadOnlyList<MetricValue> risks = Risks(truth, new() { NoiseScales = scales, Weighting = weighting, Regions = 2 });
        IReadOnlyList<MetricValue> errors = ScoreErrors(new StreamAfter(truth), new() { NoiseScales = scales, Regions = 2 });
        Assert.Equal(errors.Count, risks.Count - 1);
        for (int i = 0; i < errors.Count; i++)
        {
            NoiseLevel level = Preserving.AtHalfLogSnr(-Math.Log(scales[i / 3]));
            (double alpha, double sigma) = (level.Alpha, level.Sigma);
            double factor = weighting switch
            {
                ResidualForm.Data => Math.Pow(sigma, 4) / (alpha * alpha),
                ResidualForm.Noise => sigma * sigma,
                ResidualForm.Score => 1,
                // α² + σ² = 1 here: v̂ − v = −σ (D − D*) − α² (D − D*)/σ = −(D − D*)/σ.
                ResidualForm.V => sigma * sigma / (alpha * alpha),
                // u = f x − ½ g² s.
                _ => Math.Pow(Preserving.DiffusionSquared(level.T) / 2, 2),
            };
            Assert.Equal(factor * errors[i].Value, risks[i + 1].Value, 1e-9 * factor * errors[i].Value);
            Assert.Equal(factor * errors[i].StandardError!.Value, risks[i + 1].StandardError!.Value, 1e-9 * factor * errors[i].Value);
        }
    }

    [Fact]
    public void The_denoising_loss_less_the_Bayes_risk_is_the_excess()
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<MetricValue> values = Risks(
            Truth(Normal, Preserving, factor: 0.6), new() { NoiseScales = [0.5, 2], Weighting = ResidualForm.Data, Risks = true, Rows = 40_000 });
        Assert.Equal(
            ["excess-risk", "excess-risk-at-0.5", "denoising-loss-at-0.5", "bayes-risk-at-0.5", "excess-risk-at-2", "denoising-loss-at-2", "bayes-risk-at-2"],
            values.Select(value => value.Name));
        foreach (int at in new[] { 1, 4 })
        {
            NoiseLevel level = Preserving.AtHalfLogSnr(-Math.Log(at == 1 ? 0.5 : 2));
            // Two dimensions of variance 1: each posterior has the variance σ²/(α² + σ²) = σ², and the score −x is off by 0.4 x.
            double noise = level.Sigma * level.Sigma, excess = 2 * 0.16 * noise * noise / (level.Alpha * level.Alpha);
            AssertNear(excess, values[at]);
            AssertNear((2 * noise) + excess, values[at + 1]);
            AssertNear(2 * noise, values[at + 2]);
        }
    }

    [Fact]
    public void The_integral_over_levels_is_that_of_a_shift()
    {
        using DisposeScope scope = NewDisposeScope();
        // ∫ σ² |c|² d log σ from σ_min to σ_max.
        double expected = SquaredShift * ((20 * 20) - (0.05 * 0.05)) / 2;
        MetricValue value = Risks(Truth(Normal, Edm, shift: Shift), new() { Rows = 4000 })[0];
        AssertNear(expected, value);
        Assert.InRange(value.StandardError!.Value, 1e-6 * expected, 1e-2 * expected);
    }

    [Fact]
    public void The_integral_s_error_covers_the_draw_and_no_more()
    {
        using DisposeScope scope = NewDisposeScope();
        // A score of −1.1 x/(1 + σ²) on N(0, I): ∫ 0.01 · 2 σ²/(1 + σ²) d log σ.
        double expected = 0.01 * Math.Log((1 + (20 * 20)) / (1 + (0.05 * 0.05)));
        double[] scores = [.. Enumerable.Range(0, 100).Select(seed =>
        {
            DenoisingError truth = new()
            {
                Denoiser = new PerturbedScore(new ExactMixtureDenoiser(new(Normal), PredictionKind.Noise), 1.1, 0, 0),
                Schedule = Edm,
                Data = Describe(Normal),
                Noise = new NoiseKey(seed, 0, NoiseDomain.NoisyData),
            };
            MetricValue value = Risks(truth, new() { Rows = 400, NoiseScales = [1] })[0];
            return (value.Value - expected) / value.StandardError!.Value;
        })];
        Assert.InRange(scores.Average(), -0.4, 0.4);
        Assert.InRange(Math.Sqrt(scores.Average(score => score * score)), 0.75, 1.25);
    }

    [Fact]
    public void Regions_go_by_the_exact_density()
    {
        using DisposeScope scope = NewDisposeScope();
        // |x|² of N(0, I) in the plane is exponential with mean 2: beyond its median 2 log 2 the mean is 2 (1 + log 2), below it 2 (1 − log 2).
        IReadOnlyList<MetricValue> values = ScoreErrors(Truth(Normal, Preserving, factor: 2), new() { NoiseScales = [1], Regions = 2, Rows = 50_000 });
        Assert.Equal(["score-error-at-1", "score-error-at-1-region-1", "score-error-at-1-region-2"], values.Select(value => value.Name));
        AssertNear(2, values[0]);
        AssertNear(2 * (1 + Math.Log(2)), values[1]);
        AssertNear(2 * (1 - Math.Log(2)), values[2]);
        Assert.Equal(values[0].Value, (values[1].Value + values[2].Value) / 2, 1e-12);
    }

    [Fact]
    public void Rows_that_are_the_distribution_have_a_score_of_their_own()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = MetricProblem.Normal(1, 40, 3);
        DataDescription description = new() { Name = "rows", Shape = [3] };
        var empirical = new EmpiricalScoreModel(new DataSet(description, rows, rows));
        DenoisingError Against(IDenoiser model) => new()
        {
            Denoiser = model,
            Schedule = Edm,
            Data = description,
            Population = rows,
            Noise = new NoiseKey(5, 0, NoiseDomain.NoisyData),
        };
        Assert.All(ScoreErrors(Against(empirical)), value => Assert.InRange(value.Value, 0, 1e-16));
        IReadOnlyList<MetricValue> scaled = ScoreErrors(Against(new PerturbedScore(empirical, 1, 0, 0.5, 0)), new() { Regions = 2 });
        Assert.All(scaled, value => Assert.Equal(0.25, value.Value, 1e-8));

        double[][] points = MetricProblem.Rows(rows);
        NoiseLevel level = new(0.4, 0.8, 0.4);
        DenoisedRows drawn = Against(empirical).Draw(level, 25, 3);
        double[][] noisy = MetricProblem.Rows(drawn.Noisy), exact = MetricProblem.Rows(drawn.Exact), clean = MetricProblem.Rows(drawn.Clean);
        double[] density = drawn.LogDensity.data<double>().ToArray();
        for (int i = 0; i < noisy.Length; i++)
        {
            double[] weights =
                [.. points.Select(y => Math.Exp(-noisy[i].Zip(y, (a, b) => (a - (0.8 * b)) * (a - (0.8 * b))).Sum() / (2 * 0.16)) / points.Length)];
            Assert.Equal(Math.Log(weights.Sum() / Math.Pow(2 * Math.PI * 0.16, 1.5)), density[i], 1e-10);
            for (int d = 0; d < 3; d++)
                Assert.Equal(weights.Zip(points, (weight, y) => weight * y[d]).Sum() / weights.Sum(), exact[i][d], 1e-12);
            Assert.Contains(points, y => y.SequenceEqual(clean[i]));
        }

        Assert.True(clean.Select(row => string.Join(' ', row)).Distinct().Count() > 10);
    }

    [Fact]
    public void Noisy_rows_of_a_mixture_have_its_density_and_its_posterior_mean()
    {
        using DisposeScope scope = NewDisposeScope();
        ExactMixture mixture = ExactProblems.Plane;
        // A level a row.
        NoiseLevel[] levels = [.. Enumerable.Range(0, 60).Select(i => Preserving.At(0.05 + (0.015 * i)))];
        DenoisedRows drawn = Truth(mixture.Mixture, Preserving).Draw(NoiseLevels.PerSample(levels), 60, 2);
        double[][] noisy = MetricProblem.Rows(drawn.Noisy), exact = MetricProblem.Rows(drawn.Exact);
        double[] density = drawn.LogDensity.data<double>().ToArray();
        for (int i = 0; i < noisy.Length; i++)
        {
            Assert.Equal(mixture.LogDensity(noisy[i], levels[i].Alpha, levels[i].Sigma), density[i], 1e-10);
            double[] denoised = mixture.Denoised(noisy[i], levels[i].Alpha, levels[i].Sigma);
            Assert.Equal(denoised[0], exact[i][0], 1e-10);
            Assert.Equal(denoised[1], exact[i][1], 1e-10);
        }
    }

    [Fact]
    public void Draws_have_the_law_of_the_data_and_streams_are_their_own()
    {
        using DisposeScope scope = NewDisposeScope();
        DenoisingError truth = Truth(ExactProblems.Plane.Mixture, Preserving);
        NoiseLevel level = Preserving.At(0.3);
        DenoisedRows one = truth.Draw(level, 20_000, 0), again = Truth(ExactProblems.Plane.Mixture, Preserving, factor: 2).Draw(level, 20_000, 0),
            other = truth.Draw(level, 20_000, 1), less = truth.Draw(level, 50, 0);
        Assert.Equal(one.Noisy.data<double>().ToArray(), again.Noisy.data<double>().ToArray());
        Assert.Equal(one.Noisy.narrow(0, 0, 50).data<double>().ToArray(), less.Noisy.data<double>().ToArray());
        double correlation = (one.Noisy * other.Noisy).mean().ToDouble() - (one.Noisy.mean([0]) * other.Noisy.mean([0])).mean().ToDouble();
        Assert.InRange(correlation, -0.05, 0.05);
        double[] mean = one.Clean.mean([0]).data<double>().ToArray();
        // 0.5 (1, 0.5) + 0.3 (−1, 1) + 0.2 (0, −1.5), with a standard error of less than 0.01.
        Assert.Equal(0.2, mean[0], 0.04);
        Assert.Equal(0.25, mean[1], 0.04);
        Tensor noise = (one.Noisy - (one.Clean * level.Alpha)) / level.Sigma;
        Assert.Equal(1, noise.square().mean().ToDouble(), 0.03);
    }

    [Fact]
    public void A_model_in_single_precision_is_asked_about_what_it_sees()
    {
        using DisposeScope scope = NewDisposeScope();
        DenoisingError truth = Truth(ExactProblems.Plane.Mixture, Edm, shift: Shift, dtype: ScalarType.Float32);
        DenoisedRows rows = truth.Draw(Edm.At(0.05), 100, 0);
        Assert.Equal(rows.Noisy.data<double>().ToArray(), rows.Noisy.to(ScalarType.Float32).to(ScalarType.Float64).data<double>().ToArray());
        Assert.All(ScoreErrors(truth), value => Assert.Equal(SquaredShift, value.Value, 1e-3));
    }

    [Fact]
    public void Levels_are_named_by_their_noise_scale_so_that_all_differ()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(
            ["score-error-at-0.05", "score-error-at-0.166", "score-error-at-0.549", "score-error-at-1.82", "score-error-at-6.03", "score-error-at-20"],
            ScoreErrors(Truth(Normal, Edm), new() { Rows = 16 }).Select(value => value.Name));
        Assert.Equal(
            ["score-error-at-0.1001", "score-error-at-0.1002"],
            ScoreErrors(Truth(Normal, Edm), new() { Rows = 16, NoiseScales = [0.1001, 0.1002] }).Select(value => value.Name));
        // A straight path ends in pure noise, where σ/α has no bound.
        Assert.Equal(
            "score-error-at-1000", ScoreErrors(Truth(Normal, new RectifiedFlowSchedule(new())), new() { Rows = 16 })[^1].Name);
    }

    [Fact]
    public void What_is_not_known_is_said_before()
    {
        DataDescription unknown = new() { Name = "rows", Shape = [2] };
        Assert.Contains("that of the data 'rows' is not", DenoisingError.Objection(unknown, false, Edm, []), StringComparison.Ordinal);
        Assert.Null(DenoisingError.Objection(unknown, true, Edm, []));
        Assert.Null(DenoisingError.Objection(Describe(Normal), false, Edm, [0.05, 1, 20]));
        Assert.Equal(
            "has no noise level 0.01 (σ/α) here: those of the schedule go from 0.05 to 20", DenoisingError.Objection(Describe(Normal), false, Edm, [1, 0.01]));
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = zeros(2, 2, dtype: ScalarType.Float64);
        MetricSetting setting = new() { Samples = 10, Reference = rows, Data = unknown };
        foreach (IMetric metric in (IMetric[])[new ScoreErrorMetric(new()), new ExcessRiskMetric(new())])
        {
            Assert.Contains("without theirs", metric.Objection(setting), StringComparison.Ordinal);
            Assert.Null(metric.Objection(setting with { DenoisingObjection = _ => null }));
            Assert.Throws<ArgumentException>(() => metric.Measure(MetricProblem.Input(rows, rows)));
        }
    }

    // The integral of one metric takes the first stream: the levels of the other are to draw the same noise.
    private sealed class StreamAfter(IDenoisingError truth) : IDenoisingError
    {
        public NoiseSchedule Schedule => truth.Schedule;

        public DenoisedRows Draw(NoiseLevels levels, int count, long stream) => truth.Draw(levels, count, stream + 1);
    }
}

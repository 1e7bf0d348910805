using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Diffusion.ScoreModels;
using Diffusion.Plugins.Tests.Golden;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.ScoreModels;

[Collection(GlobalTorchState.Name)]
public sealed class GaussianMixtureScoreModelTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string, double, double> Cases
    {
        get
        {
            var cases = new TheoryData<string, double, double>();
            foreach (string problem in new[] { "line", "plane", "grid" })
            {
                foreach ((double alpha, double sigma) in new[] { (1, 1e-5), (0.9, 0.3), (0.5, 0.5), (1, 80), (1e-6, 1), (0, 1), (1, 0) })
                    cases.Add(problem, alpha, sigma);
            }

            return cases;
        }
    }

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Both_paths_agree_with_plain_loops(string problem, double alpha, double sigma)
    {
        ExactMixture exact = Problem(problem);
        GaussianMixtureScoreModel model = Model(exact.Mixture);
        var level = new NoiseLevel(0.5, alpha, sigma);
        Tensor x = Noisy(exact, level, 67);
        Tensor traced = x.clone().requires_grad_();

        foreach (Prediction prediction in new[] { model.Predict(x, level), model.Predict(traced, level), model.Predict(x, PerSample(level, 67)) })
        {
            if (alpha > 0)
                AssertClose(x, row => exact.Denoised(row, alpha, sigma), prediction.X0, 1e-12);
            if (sigma > 0)
                AssertClose(x, row => exact.Noise(row, alpha, sigma), prediction.Epsilon, 1e-12);
        }
    }

    [Theory]
    [InlineData("line")]
    [InlineData("plane")]
    [InlineData("grid")]
    public void Levels_of_a_batch_may_differ_from_clean_to_pure_noise(string problem)
    {
        ExactMixture exact = Problem(problem);
        NoiseLevel[] levels = [new(0, 1, 1e-5), new(0.3, 0.8, 0.6), new(0.9, 1, 80), new(0.5, 0.01, 1)];
        Tensor x = cat([.. levels.Select((level, i) => Noisy(exact, level, levels.Length)[i..(i + 1)])], 0);
        Prediction prediction = Model(exact.Mixture).Predict(x, NoiseLevels.PerSample(levels));

        Assert.Equal(PredictionKind.V, prediction.Kind);
        for (int i = 0; i < levels.Length; i++)
        {
            NoiseLevel level = levels[i];
            AssertClose(x[i..(i + 1)], row => exact.Denoised(row, level.Alpha, level.Sigma), prediction.X0[i..(i + 1)], 1e-12 / Math.Min(1, level.Alpha));
            AssertClose(x[i..(i + 1)], row => exact.Noise(row, level.Alpha, level.Sigma), prediction.Epsilon[i..(i + 1)], 1e-12);
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void It_is_the_model_that_the_peers_were_given()
    {
        Assert.SkipWhen(GoldenFolder.Missing is not null, GoldenFolder.Missing ?? "");
        foreach (JsonElement check in GoldenFolder.Common.GetProperty("target_check").EnumerateArray())
        {
            GaussianMixture mixture = GoldenCase.TargetOf(check.GetProperty("target").GetString()!).Mixture;
            var level = new NoiseLevel(0.5, check.GetProperty("alpha").GetDouble(), check.GetProperty("sigma").GetDouble());
            Tensor x = Points("x");
            GaussianMixtureScoreModel model = Model(mixture);
            Prediction prediction = model.Predict(x, level);
            Assert.True(allclose(Points("denoised"), prediction.X0, 1e-12, 1e-12));
            Assert.True(allclose(Points("eps"), prediction.Epsilon, 1e-12, 1e-12));
            Assert.True(allclose(Points("score"), prediction.Score, 1e-12, 1e-12));
            Tensor logDensity = tensor(check.GetProperty("logp").EnumerateArray().Select(value => value.GetDouble()).ToArray());
            Assert.True(allclose(logDensity, model.LogDensity(x, level), 1e-12, 1e-12));

            Tensor Points(string field) => tensor(GoldenCase.Flatten(check.GetProperty(field))).reshape(-1, mixture.Dimension);
        }
    }

    [Theory]
    [InlineData("line")]
    [InlineData("plane")]
    public void The_score_is_the_gradient_of_the_log_density(string problem)
    {
        ExactMixture exact = Problem(problem);
        GaussianMixtureScoreModel model = Model(exact.Mixture);
        var level = new NoiseLevel(0.5, 0.7, 0.4);
        Tensor x = Noisy(exact, level, 50).requires_grad_();

        Tensor density = model.LogDensity(x, level);
        Tensor gradient = Differentiation.Gradient(density.sum(), x);
        AssertClose(x.detach(), row => [exact.LogDensity(row, level.Alpha, level.Sigma)], density.detach().unsqueeze(1), 1e-12);
        Assert.True(allclose(gradient, model.Predict(x.detach(), level).Score, 1e-11, 1e-11));

        const double Step = 1e-5;
        for (int d = 0; d < exact.Dimension; d++)
        {
            Tensor shift = zeros(exact.Dimension, dtype: ScalarType.Float64);
            shift[d] = Step;
            Tensor difference = (model.LogDensity(x.detach() + shift, level) - model.LogDensity(x.detach() - shift, level)) / (2 * Step);
            Assert.True(allclose(difference, gradient.select(1, d), 1e-7, 1e-7));
        }
    }

    [Fact]
    public void The_denoiser_is_differentiable_and_its_Jacobian_is_the_posterior_covariance_of_a_Gaussian()
    {
        GaussianMixtureScoreModel model = Model(ExactProblems.Gaussian.Mixture);
        var level = new NoiseLevel(0.5, 0.7, 0.4);
        Tensor x = Noisy(ExactProblems.Gaussian, level, 20).requires_grad_();
        Tensor jacobian = Differentiation.Gradient(model.Predict(x, level).X0.sum(), x);
        Assert.True(allclose(jacobian, full_like(jacobian, 0.7 * 0.36 / ((0.49 * 0.36) + 0.16)), 1e-12, 0));
    }

    [Theory]
    [InlineData("plane")]
    [InlineData("grid")]
    public void Single_precision_is_as_good_as_its_rounding(string problem)
    {
        ExactMixture exact = Problem(problem);
        GaussianMixtureScoreModel model = Model(exact.Mixture);
        foreach (NoiseLevel level in new[] { new NoiseLevel(0.1, 0.9, 0.3), new NoiseLevel(0.9, 0.4, 0.9), new NoiseLevel(1, 1, 80) })
        {
            Tensor x = Noisy(exact, level, 501).to(ScalarType.Float32);
            Prediction prediction = model.Predict(x, level);
            Assert.Equal(ScalarType.Float32, prediction.Value.dtype);
            AssertClose(x.to(ScalarType.Float64), row => exact.Denoised(row, level.Alpha, level.Sigma), prediction.X0.to(ScalarType.Float64), 2e-5);
        }
    }

    [Theory]
    [InlineData("plane", ScalarType.Float32)]
    [InlineData("plane", ScalarType.Float64)]
    [InlineData("grid", ScalarType.Float32)]
    [InlineData("grid", ScalarType.Float64)]
    public void A_points_result_does_not_depend_on_its_batch_or_on_threads(string problem, ScalarType type)
    {
        ExactMixture exact = Problem(problem);
        GaussianMixtureScoreModel model = Model(exact.Mixture);
        var level = new NoiseLevel(0.5, 0.8, 0.5);
        Tensor x = Noisy(exact, level, 5003).to(type);
        int threads = get_num_threads();
        set_num_threads(1);
        try
        {
            Tensor whole = model.Predict(x, level).Value;
            set_num_threads(2);
            Assert.True(whole.equal(model.Predict(x, level).Value).all().ToBoolean());
            foreach ((int first, int count) in new[] { (0, 1), (4, 7), (11, 64), (100, 3000), (5002, 1) })
                Assert.True(whole[first..(first + count)].equal(model.Predict(x[first..(first + count)], level).Value).all().ToBoolean());
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void One_model_serves_every_Gaussian_path()
    {
        GaussianMixtureScoreModel model = Model(ExactProblems.Plane.Mixture);
        var level = new NoiseLevel(0.5, 0.6, 0.8);
        Tensor x = Noisy(ExactProblems.Plane, level, 30);
        Tensor exploding = model.Predict(x / 0.6, new NoiseLevel(0.5, 1, 0.8 / 0.6)).X0;
        Assert.True(allclose(model.Predict(x, level).X0, exploding, 1e-12, 1e-12));
    }

    [Fact]
    public void Points_may_be_images_and_views()
    {
        double[][] means = [[1, 2, 3, 4], [-1, 0, 1, 0]];
        var model = new GaussianMixtureScoreModel(
            new GaussianMixtureScoreModelOptions { Means = means, StandardDeviations = [0.5] },
            new DataDescription { Name = "images", Shape = [1, 2, 2] });
        var level = new NoiseLevel(0.5, 0.6, 0.8);
        Tensor flat = randn(3, 4, dtype: ScalarType.Float64);
        Tensor expected = model.Predict(flat, level).X0;
        Tensor images = model.Predict(flat.reshape(3, 1, 2, 2), level).X0;
        Assert.Equal([3, 1, 2, 2], images.shape);
        Assert.True(images.reshape(3, 4).equal(expected).all().ToBoolean());

        Tensor view = flat.t().contiguous().t();
        Assert.False(view.is_contiguous());
        Assert.True(model.Predict(view, level).X0.equal(expected).all().ToBoolean());
    }

    [Fact]
    public void Far_from_every_component_the_score_stays_finite()
    {
        GaussianMixtureScoreModel model = Model(Problem("grid").Mixture);
        foreach (ScalarType type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            Tensor x = full([4, 2], 1e4, dtype: type);
            Assert.True(model.Predict(x, new NoiseLevel(0.1, 1, 0.01)).Epsilon.isfinite().all().ToBoolean());
        }
    }

    [Fact]
    public void What_is_not_finite_stays_visible()
    {
        Tensor x = tensor(new[] { double.NaN, 0, 1, 1 }, [2, 2]);
        Tensor value = Model(Problem("grid").Mixture).Predict(x, new NoiseLevel(0.1, 1, 0.5)).X0;
        Assert.True(value[0].isnan().any().ToBoolean());
        Assert.True(value[1].isfinite().all().ToBoolean());
    }

    [Fact]
    public void Data_without_a_mixture_need_one_in_the_options()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new GaussianMixtureScoreModel(
            new GaussianMixtureScoreModelOptions(), new DataDescription { Name = "old-faithful", Shape = [2] }));
        Assert.Contains("'old-faithful' are not a known mixture", error.Message, StringComparison.Ordinal);

        error = Assert.Throws<ArgumentException>(() => new GaussianMixtureScoreModel(
            new GaussianMixtureScoreModelOptions { Means = [[0.0]], StandardDeviations = [1] }, new DataDescription { Name = "old-faithful", Shape = [2] }));
        Assert.Contains("1 dimensions but the data 'old-faithful' have 2", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<GaussianMixtureScoreModelOptions, string> BadOptions => new()
    {
        { new() { Weights = [1] }, "at least one mean" },
        { new() { Means = [[0.0]] }, "either standard deviations or covariances" },
        { new() { Means = [[0.0]], StandardDeviations = [1, 1] }, "2 standard deviations" },
        { new() { Means = [[0.0]], StandardDeviations = [0] }, "greater than zero" },
        { new() { Means = [[0.0]], StandardDeviations = [1], Weights = [1, 1] }, "2 weights" },
        { new() { Means = [[0.0]], StandardDeviations = [1], Weights = [-1] }, "positive" },
        { new() { Means = [[0.0], [1, 2]], StandardDeviations = [1] }, "same dimension" },
        { new() { Means = [[0.0, 0]], Covariances = [[1, 2, 2, 1]] }, "positive definite" },
        { new() { Means = [[0.0, 0]], Covariances = [[1, 0.5, 0, 1]] }, "symmetric" },
        { new() { Means = [[0.0, 0]], Covariances = [[1, 2]] }, "4 entries, not 2" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Options_that_are_no_mixture_are_refused_with_the_reason(GaussianMixtureScoreModelOptions options, string reason)
    {
        ValidationResult problem = Assert.Single(options.Validate(new ValidationContext(options)));
        Assert.Contains(reason, problem.ErrorMessage, StringComparison.Ordinal);
    }

    private static ExactMixture Problem(string name) => name switch
    {
        "line" => ExactProblems.Line,
        "plane" => ExactProblems.Plane,
        _ => new(new GaussianMixture(
            [.. Enumerable.Range(0, 25).Select(k => GaussianComponent.Isotropic(1 + (k % 3), [(k / 5) - 2.0, (k % 5) - 2.0], 0.05 + (0.01 * (k % 4))))])),
    };

    private static GaussianMixtureScoreModel Model(GaussianMixture mixture) =>
        new(new GaussianMixtureScoreModelOptions(), new DataDescription { Name = "mixture", Shape = [mixture.Dimension], Mixture = mixture });

    private static NoiseLevels PerSample(NoiseLevel level, int count) => NoiseLevels.PerSample(Enumerable.Repeat(level, count).ToArray());

    /// <summary>Points where the path puts them, and some where it does not.</summary>
    private static Tensor Noisy(ExactMixture exact, NoiseLevel level, int count)
    {
        using var generator = new Generator(5);
        Tensor noise = randn([count, exact.Dimension], dtype: ScalarType.Float64, generator: generator);
        double[] means = [.. Enumerable.Range(0, count).SelectMany(i => exact.Mixture.Components[i % exact.Mixture.Components.Count].Mean)];
        return (tensor(means, [count, exact.Dimension]) + (0.2 * noise.roll([1], [0]))).mul_(level.Alpha).add_(noise, alpha: level.Sigma);
    }

    private static void AssertClose(Tensor x, Func<double[], double[]> expected, Tensor actual, double tolerance)
    {
        double[] states = x.contiguous().data<double>().ToArray();
        double[] values = actual.contiguous().data<double>().ToArray();
        int dimension = (int)x.shape[1];
        int width = values.Length / (states.Length / dimension);
        for (int row = 0; row < states.Length / dimension; row++)
        {
            double[] want = expected(states[(row * dimension)..((row + 1) * dimension)]);
            for (int i = 0; i < width; i++)
                Assert.True(
                    Math.Abs(want[i] - values[(row * width) + i]) <= tolerance * Math.Max(1, Math.Abs(want[i])),
                    $"row {row}: {want[i]:r} but {values[(row * width) + i]:r}");
        }
    }
}

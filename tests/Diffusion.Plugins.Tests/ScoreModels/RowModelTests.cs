using Diffusion.ScoreModels;
using Diffusion.ScoreModels.Rows;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.ScoreModels;

/// <summary>Models made of the training rows: the empirical distribution, kernel densities and Gaussians with their moments.</summary>
[Collection(GlobalTorchState.Name)]
public sealed class RowModelTests : IDisposable
{
    private static readonly NoiseLevel[] s_levels = [new(0.1, 0.9, 0.3), new(0.5, 0.6, 0.8), new(0.9, 1, 8), new(0.99, 1e-3, 1), new(1, 0, 1)];

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    [InlineData(3, 1)]
    [InlineData(5, 700)]
    [InlineData(9, 130)]
    public void The_empirical_denoiser_is_the_softmax_over_the_rows(int dimension, int rows)
    {
        Tensor data = Draw(rows, dimension, 1);
        var model = new EmpiricalScoreModel(Set(data));
        foreach (NoiseLevel level in s_levels)
        {
            Tensor x = Noisy(data, level, 37);
            (double[] denoised, double[] noise) = SoftmaxOverRows(data, x, level);
            Tensor traced = x.clone().requires_grad_();
            foreach (Prediction prediction in new[] { model.Predict(x, level), model.Predict(traced, level), model.Predict(x, PerSample(level, 37)) })
            {
                if (level.Alpha > 0.1)
                    AssertClose(denoised, prediction.X0, 1e-12);
                AssertClose(noise, prediction.Epsilon, 1e-12);
            }
        }
    }

    [Fact]
    public void Small_noise_remembers_the_nearest_row_and_large_noise_only_the_mean()
    {
        Tensor data = Draw(500, 2, 1);
        var model = new EmpiricalScoreModel(Set(data));
        Tensor near = data[7..11] + (1e-4 * Draw(4, 2, 2));
        Assert.True(model.Predict(near, new NoiseLevel(0, 1, 1e-3)).X0.allclose(data[7..11], 1e-12, 1e-12));

        Tensor far = model.Predict(Draw(4, 2, 2) * 1e6, new NoiseLevel(1, 1, 1e6)).X0;
        Assert.True(far.allclose(data.mean([0]).expand(4, 2), 0, 1e-5));
        Tensor pure = model.Predict(Draw(4, 2, 2), new NoiseLevel(1, 0, 1)).X0;
        Assert.True(pure.allclose(data.mean([0]).expand(4, 2), 1e-12, 1e-12));
    }

    [Fact]
    public void Near_a_row_the_noise_keeps_its_digits()
    {
        Tensor data = Draw(50, 3, 1);
        var level = new NoiseLevel(0, 1, 1e-6);
        Tensor noise = Draw(50, 3, 2);
        Tensor predicted = new EmpiricalScoreModel(Set(data)).Predict(data + (level.Sigma * noise), level).Epsilon;
        Assert.True(predicted.allclose(noise, 0, 1e-8));
    }

    [Theory]
    [InlineData(BandwidthRule.Scott)]
    [InlineData(BandwidthRule.Silverman)]
    [InlineData(BandwidthRule.Fixed)]
    public void A_kernel_density_is_the_mixture_of_its_kernels(BandwidthRule rule)
    {
        const int Count = 60;
        Tensor data = Draw(Count, 2, 1).matmul(tensor(new double[,] { { 1, 0.6 }, { 0, 0.5 } }));
        double factor = Math.Pow(rule == BandwidthRule.Scott ? Count : Count * 4 / 4.0, -1.0 / 6);
        Tensor centred = data - data.mean([0]);
        double[] covariance = rule == BandwidthRule.Fixed ? [0.09, 0, 0, 0.09] : Numbers(centred.t().matmul(centred) * (factor * factor / (Count - 1)));
        double[][] means = [.. Enumerable.Range(0, Count).Select(i => Numbers(data[i]))];
        var matrix = new double[,] { { covariance[0], covariance[1] }, { covariance[1], covariance[3] } };
        var exact = new ExactMixture(new GaussianMixture([.. means.Select(mean => new GaussianComponent(1, mean, matrix))]));
        var model = new KernelDensityScoreModel(new KernelDensityOptions { Rule = rule, Bandwidth = 0.3 }, Set(data));

        foreach (NoiseLevel level in s_levels.Append(new NoiseLevel(0, 1, 1e-5)))
        {
            Tensor x = Noisy(data, level, 21);
            double[][] points = [.. Enumerable.Range(0, 21).Select(i => Numbers(x[i]))];
            double[] noise = [.. points.SelectMany(point => exact.Noise(point, level.Alpha, level.Sigma))];
            double[] denoised = [.. points.SelectMany(point => exact.Denoised(point, level.Alpha, level.Sigma))];
            Tensor traced = x.clone().requires_grad_();
            foreach (Prediction prediction in new[] { model.Predict(x, level), model.Predict(traced, level), model.Predict(x, PerSample(level, 21)) })
            {
                AssertClose(noise, prediction.Epsilon, 1e-11);
                if (level.Alpha > 0.1)
                    AssertClose(denoised, prediction.X0, 1e-11);
            }

            AssertClose([.. points.Select(point => exact.LogDensity(point, level.Alpha, level.Sigma))], model.LogDensity(x, level), 1e-11);
        }
    }

    [Fact]
    public void The_score_of_the_rows_is_the_gradient_of_their_log_density()
    {
        Tensor data = Draw(40, 3, 1);
        var level = new NoiseLevel(0.5, 0.6, 0.8);
        var model = new EmpiricalScoreModel(Set(data));
        Tensor x = Noisy(data, level, 9).requires_grad_();
        Tensor gradient = Differentiation.Gradient(model.LogDensity(x, level).sum(), x);
        Assert.True(gradient.allclose(model.Predict(x.detach(), level).Score, 1e-11, 1e-11));
    }

    [Fact]
    public void Blocks_of_rows_in_tensor_operations_are_one_sum()
    {
        // 70 000 rows in the plane do not fit into one block of 37 points.
        Tensor data = Draw(70_000, 2, 1);
        var level = new NoiseLevel(0.5, 0.6, 0.3);
        var model = new EmpiricalScoreModel(Set(data));
        Tensor x = Noisy(data, level, 37);
        Assert.True(model.Predict(x, PerSample(level, 37)).Epsilon.allclose(model.Predict(x, level).Epsilon, 1e-11, 1e-11));
    }

    [Fact]
    public void Levels_of_a_batch_may_differ()
    {
        Tensor data = Draw(100, 2, 1);
        var model = new KernelDensityScoreModel(new KernelDensityOptions(), Set(data));
        Tensor x = cat([.. s_levels.Select((level, i) => Noisy(data, level, s_levels.Length)[i..(i + 1)])], 0);
        Prediction mixed = model.Predict(x, NoiseLevels.PerSample(s_levels));
        for (int i = 0; i < s_levels.Length; i++)
            Assert.True(mixed.Epsilon[i..(i + 1)].allclose(model.Predict(x[i..(i + 1)], s_levels[i]).Epsilon, 1e-10, 1e-10));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_points_result_does_not_depend_on_its_batch_or_on_threads(ScalarType type)
    {
        Tensor data = Draw(333, 3, 1);
        var level = new NoiseLevel(0.5, 0.8, 0.5);
        var model = new EmpiricalScoreModel(Set(data));
        Tensor x = Noisy(data, level, 1003).to(type);
        int threads = get_num_threads();
        set_num_threads(1);
        try
        {
            Tensor whole = model.Predict(x, level).Value;
            set_num_threads(2);
            Assert.True(whole.equal(model.Predict(x, level).Value).all().ToBoolean());
            foreach ((int first, int count) in new[] { (0, 1), (4, 7), (11, 64), (100, 800), (1002, 1) })
                Assert.True(whole[first..(first + count)].equal(model.Predict(x[first..(first + count)], level).Value).all().ToBoolean());
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Single_precision_is_as_good_as_its_rounding()
    {
        Tensor data = Draw(400, 2, 1);
        var model = new KernelDensityScoreModel(new KernelDensityOptions(), Set(data));
        foreach (NoiseLevel level in s_levels)
        {
            Tensor x = Noisy(data, level, 50).to(ScalarType.Float32);
            Prediction prediction = model.Predict(x, level);
            Assert.Equal(ScalarType.Float32, prediction.Value.dtype);
            AssertClose(Numbers(model.Predict(x.to(ScalarType.Float64), level).Epsilon), prediction.Epsilon.to(ScalarType.Float64), 2e-5);
        }
    }

    [Fact]
    public void What_is_not_finite_stays_visible()
    {
        var model = new EmpiricalScoreModel(Set(Draw(30, 2, 1)));
        Tensor x = tensor(new[] { double.NaN, 0, 1, 1 }, [2, 2]);
        foreach (NoiseLevel level in s_levels)
        {
            Tensor value = model.Predict(x, level).Value;
            Assert.True(value[0].isnan().any().ToBoolean());
            Assert.True(value[1].isfinite().all().ToBoolean());
        }
    }

    [Fact]
    public void Rows_may_be_images()
    {
        Tensor data = Draw(20, 4, 1);
        Tensor x = Draw(6, 4, 2);
        var images = new DataSet(new DataDescription { Name = "images", Shape = [1, 2, 2] }, data.reshape(20, 1, 2, 2), data);
        foreach ((IScoreModel flat, IScoreModel shaped) in new (IScoreModel, IScoreModel)[]
        {
            (new EmpiricalScoreModel(Set(data)), new EmpiricalScoreModel(images)),
            (new KernelDensityScoreModel(new(), Set(data)), new KernelDensityScoreModel(new(), images)),
            (new GaussianScoreModel(new(), Set(data)), new GaussianScoreModel(new(), images)),
        })
        {
            Tensor expected = flat.Predict(x, s_levels[0]).X0;
            Tensor actual = shaped.Predict(x.reshape(6, 1, 2, 2), s_levels[0]).X0;
            Assert.Equal([6, 1, 2, 2], actual.shape);
            Assert.True(actual.reshape(6, 4).allclose(expected, 1e-14, 1e-14));
        }
    }

    [Fact]
    public void A_fitted_Gaussian_has_the_rows_moments()
    {
        Tensor data = Draw(300, 2, 1).matmul(tensor(new double[,] { { 1, 0.6 }, { 0, 0.5 } })) + 1.5;
        Tensor centred = data - data.mean([0]);
        AssertGaussian(
            new GaussianScoreModel(new() { Moments = GaussianMoments.Rows }, Set(data, ExactProblems.Plane.Mixture)),
            Numbers(data.mean([0])),
            Numbers(centred.t().matmul(centred) / 299));
        AssertGaussian(new GaussianScoreModel(new() { Mean = [1, 2] }, Set(data)), [1, 2], Numbers(centred.t().matmul(centred) / 299));
        AssertGaussian(new GaussianScoreModel(new() { Mean = [1, 2], Covariance = [2, 0.5, 0.5, 1] }, Set(data)), [1, 2], [2, 0.5, 0.5, 1]);
    }

    [Fact]
    public void A_Gaussian_with_the_moments_of_a_mixture_is_its_best_linear_denoiser()
    {
        // E[x xᵀ] − μ μᵀ of the plane's mixture, summed by hand.
        double[] mean = [0.2, 0.25];
        double[] weights = [0.5, 0.3, 0.2];
        double[][] means = [[1, 0.5], [-1, 1], [0, -1.5]];
        double[][] covariances = [[0.30, 0.18, 0.18, 0.20], [0.10, -0.05, -0.05, 0.40], [0.50, 0, 0, 0.08]];
        double[] expected = new double[4];
        for (int k = 0; k < 3; k++)
        {
            for (int i = 0; i < 4; i++)
                expected[i] += weights[k] * (covariances[k][i] + (means[k][i / 2] * means[k][i % 2]));
        }

        for (int i = 0; i < 4; i++)
            expected[i] -= mean[i / 2] * mean[i % 2];
        AssertGaussian(new GaussianScoreModel(new(), Set(Draw(3, 2, 1), ExactProblems.Plane.Mixture)), mean, expected);
    }

    [Fact]
    public void A_Gaussian_may_lack_rank()
    {
        Tensor line = Draw(20, 1, 1).matmul(tensor(new double[,] { { 1, 2, 0 } }));
        Tensor noise = new GaussianScoreModel(new(), Set(line)).Predict(Draw(5, 3, 2), new NoiseLevel(0, 1, 1e-3)).Epsilon;
        Assert.True(noise.isfinite().all().ToBoolean());
        Assert.True(noise[TensorIndex.Colon, 2].allclose(Draw(5, 3, 2)[TensorIndex.Colon, 2] * 1e3, 1e-9, 1e-9));
    }

    [Fact]
    public void Moments_that_do_not_fit_are_refused_with_the_reason()
    {
        DataSet data = Set(Draw(5, 2, 1));
        Assert.Contains(
            "2 dimensions", Assert.Throws<ArgumentException>(() => new GaussianScoreModel(new() { Mean = [1] }, data)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "positive definite",
            Assert.Throws<ArgumentException>(() => new GaussianScoreModel(new() { Covariance = [1, 2, 2, 1] }, data)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "two rows", Assert.Throws<ArgumentException>(() => new GaussianScoreModel(new(), Set(Draw(1, 2, 1)))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "two rows", Assert.Throws<ArgumentException>(() => new KernelDensityScoreModel(new(), Set(Draw(1, 2, 1)))).Message, StringComparison.Ordinal);

        var options = new GaussianScoreModelOptions { Mean = [1, 2], Covariance = [1] };
        Assert.Contains("it needs 4", Assert.Single(options.Validate(new(options))).ErrorMessage, StringComparison.Ordinal);
        options = new GaussianScoreModelOptions { Covariance = [1, 2, 3] };
        Assert.Contains("D² entries", Assert.Single(options.Validate(new(options))).ErrorMessage, StringComparison.Ordinal);
    }

    private static void AssertGaussian(GaussianScoreModel model, double[] mean, double[] covariance)
    {
        var level = new NoiseLevel(0.5, 0.6, 0.8);
        Tensor x = Draw(8, 2, 2);
        Tensor c = tensor(covariance, [2, 2]);
        Tensor centred = x - (tensor(mean) * level.Alpha);
        Tensor s = (c * (level.Alpha * level.Alpha)) + (eye(2, dtype: ScalarType.Float64) * (level.Sigma * level.Sigma));
        Tensor expected = linalg.solve(s, centred.t()).t() * level.Sigma;
        Assert.True(model.Predict(x, level).Epsilon.allclose(expected, 1e-12, 1e-12));
    }

    private static (double[] Denoised, double[] Noise) SoftmaxOverRows(Tensor data, Tensor x, NoiseLevel level)
    {
        (int count, int dimension) = ((int)data.shape[0], (int)data.shape[1]);
        double[] rows = Numbers(data);
        double[] points = Numbers(x);
        double[] denoised = new double[points.Length];
        double[] noise = new double[points.Length];
        for (int i = 0; i < points.Length; i += dimension)
        {
            double[] logits = new double[count];
            for (int j = 0; j < count; j++)
            {
                for (int d = 0; d < dimension; d++)
                    logits[j] -= 0.5 * Math.Pow((points[i + d] - (level.Alpha * rows[(j * dimension) + d])) / level.Sigma, 2);
            }

            double largest = logits.Max();
            double total = logits.Sum(logit => Math.Exp(logit - largest));
            for (int j = 0; j < count; j++)
            {
                double weight = Math.Exp(logits[j] - largest) / total;
                for (int d = 0; d < dimension; d++)
                {
                    denoised[i + d] += weight * rows[(j * dimension) + d];
                    noise[i + d] += weight * (points[i + d] - (level.Alpha * rows[(j * dimension) + d])) / level.Sigma;
                }
            }
        }

        return (denoised, noise);
    }

    private static DataSet Set(Tensor rows, GaussianMixture? mixture = null) =>
        new(new DataDescription { Name = "rows", Shape = [rows.shape[1]], Mixture = mixture }, rows, rows);

    private static NoiseLevels PerSample(NoiseLevel level, int count) => NoiseLevels.PerSample(Enumerable.Repeat(level, count).ToArray());

    private static Tensor Noisy(Tensor data, NoiseLevel level, int count)
    {
        Tensor rows = data[arange(count) % data.shape[0]];
        return (rows * level.Alpha).add_(Draw(count, (int)data.shape[1], 3), alpha: level.Sigma);
    }

    private static Tensor Draw(int rows, int dimension, ulong seed)
    {
        using var generator = new Generator(seed);
        return randn([rows, dimension], dtype: ScalarType.Float64, generator: generator);
    }

    private static double[] Numbers(Tensor tensor) => tensor.contiguous().data<double>().ToArray();

    private static void AssertClose(double[] expected, Tensor actual, double tolerance)
    {
        double[] values = Numbers(actual.detach());
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])), $"{i}: {expected[i]:r} but {values[i]:r}");
    }
}

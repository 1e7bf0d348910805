using System.ComponentModel.DataAnnotations;
using Diffusion.ScoreModels;
using Diffusion.ScoreModels.Kernels;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.ScoreModels;

[Collection(GlobalTorchState.Name)]
public sealed class KernelScoreModelTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(KernelScoreBase.None)]
    [InlineData(KernelScoreBase.Gaussian)]
    public void On_clean_rows_the_gradient_of_implicit_score_matching_is_zero(KernelScoreBase start)
    {
        Tensor rows = Draw(60, 2, 1);
        var model = new KernelScoreModel(new() { Base = start, Points = 12, Bandwidth = 0.8, Ridge = 1e-3 }, Set(rows));
        KernelScoreSolution solution = model.Solve(0);
        Assert.True(solution.Ridge > 0);
        AssertStationary(solution, rows, ones(60, dtype: ScalarType.Float64) / 60, start == KernelScoreBase.Gaussian ? Gaussian(rows, 0) : null);
    }

    [Theory]
    [InlineData(KernelScoreBase.None, 0.2)]
    [InlineData(KernelScoreBase.Gaussian, 0.2)]
    [InlineData(KernelScoreBase.None, 1.5)]
    [InlineData(KernelScoreBase.Gaussian, 1.5)]
    public void On_noisy_rows_the_expectations_over_the_noise_are_exact(KernelScoreBase start, double noiseScale)
    {
        // On a line the noise is integrated by the trapezoidal rule, which for a Gaussian is exact to rounding.
        Tensor rows = Draw(15, 1, 1);
        var model = new KernelScoreModel(new() { Base = start, Points = 6, Bandwidth = 0.8, Ridge = 1e-3 }, Set(rows));
        Tensor nodes = linspace(-9, 9, 181, dtype: ScalarType.Float64);
        Tensor weights = (nodes.square() * -0.5).exp() * (0.1 / Math.Sqrt(2 * Math.PI) / 15);
        Tensor noisy = (rows + (nodes * noiseScale)).reshape(-1, 1);
        AssertStationary(model.Solve(noiseScale), noisy, weights.repeat(15), start == KernelScoreBase.Gaussian ? Gaussian(rows, noiseScale) : null);
    }

    [Fact]
    public void The_solution_is_that_of_the_system_summed_by_hand()
    {
        Tensor rows = Draw(30, 3, 1);
        var model = new KernelScoreModel(new() { Base = KernelScoreBase.None, Points = 5, Bandwidth = 1.2, Ridge = 1e-2 }, Set(rows));
        KernelScoreSolution solution = model.Solve(0);
        double[] y = Numbers(rows);
        double a = solution.SquaredBandwidth;
        double[,] quadratic = new double[5, 5];
        double[] linear = new double[5];
        for (int b = 0; b < 30; b++)
        {
            double[][] gradients = new double[5][];
            for (int j = 0; j < 5; j++)
            {
                double[] difference = [.. Enumerable.Range(0, 3).Select(d => y[(b * 3) + d] - solution.Points[(j * 3) + d])];
                double square = difference.Sum(value => value * value);
                double kernel = Math.Exp(-square / (2 * a));
                gradients[j] = [.. difference.Select(value => -value / a * kernel)];
                linear[j] += ((square / (a * a)) - (3 / a)) * kernel / 30;
            }

            for (int j = 0; j < 5; j++)
            {
                for (int l = 0; l < 5; l++)
                    quadratic[j, l] += gradients[j].Zip(gradients[l], (left, right) => left * right).Sum() / 30;
            }
        }

        for (int j = 0; j < 5; j++)
        {
            double residual = linear[j]
                + (solution.Ridge * solution.Coefficients[j])
                + Enumerable.Range(0, 5).Sum(l => quadratic[j, l] * solution.Coefficients[l]);
            Assert.Equal(0, residual, 1e-11 * solution.Coefficients.Max(Math.Abs));
        }
    }

    [Theory]
    [InlineData(0.2, 0.02)]
    [InlineData(0.5, 0.01)]
    [InlineData(1, 0.005)]
    public void Many_rows_give_the_true_score(double noiseScale, double tolerance)
    {
        ExactMixture exact = ExactProblems.Plane;
        Tensor rows = Sample(exact, 2000);
        var model = new KernelScoreModel(new() { Points = 150, Bandwidth = 0.5, Ridge = 1e-7 }, Set(rows));
        var level = new NoiseLevel(0.5, 0.8, 0.8 * noiseScale);
        Tensor x = (Sample(exact, 300, seed: 7) * level.Alpha) + (Draw(300, 2, 8) * level.Sigma);
        Tensor truth = tensor([.. Enumerable.Range(0, 300).SelectMany(i => exact.Noise(Numbers(x[i]), level.Alpha, level.Sigma))], [300, 2]);
        Tensor linear = new GaussianScoreModel(new(), Set(rows)).Predict(x, level).Epsilon;

        double error = (model.Predict(x, level).Epsilon - truth).square().mean().ToDouble();
        Assert.True(error < tolerance, $"{error}");
        Assert.True(error < 0.25 * (linear - truth).square().mean().ToDouble());
    }

    [Fact]
    public void Between_two_noise_scales_the_field_is_between_theirs()
    {
        Tensor rows = Draw(200, 2, 1) + tensor(new double[] { 1, -1 });
        KernelScoreModel Model(int levels) => new(
            new() { Points = 40, Bandwidth = 0.7, Levels = levels, SigmaMin = 0.1, SigmaMax = 10, Ridge = 1e-4 }, Set(rows));
        KernelScoreModel coarse = Model(3), fine = Model(201);
        Tensor x = Draw(20, 2, 2);

        // At a scale that was solved for the number of scales does not matter; between two it matters little, and less where they are dense.
        double Difference(KernelScoreModel one, KernelScoreModel other, double scale) =>
            (one.Predict(x, new NoiseLevel(0.5, 1, scale)).Epsilon - other.Predict(x, new NoiseLevel(0.5, 1, scale)).Epsilon).abs().max().ToDouble();
        Assert.True(Difference(coarse, fine, 1) < 1e-9);
        Assert.True(Difference(Model(101), fine, 0.4) < 0.1 * Difference(coarse, fine, 0.4));
        Assert.True(Difference(Model(101), fine, 0.4) < 1e-3);
    }

    [Theory]
    [InlineData(KernelScoreBase.None)]
    [InlineData(KernelScoreBase.Gaussian)]
    public void One_model_serves_every_Gaussian_path_and_batch(KernelScoreBase start)
    {
        var model = new KernelScoreModel(new() { Points = 20, Base = start, SigmaMin = 0.1, SigmaMax = 5, Levels = 7 }, Set(Draw(100, 2, 1)));
        NoiseLevel[] levels = [new(0.1, 0.9, 0.3), new(0.5, 0.6, 0.8), new(0.9, 1, 8), new(0.01, 1, 0.01), new(0.7, 0.5, 0.5)];
        Tensor x = Draw(levels.Length, 2, 3);
        Prediction mixed = model.Predict(x, NoiseLevels.PerSample(levels));
        for (int i = 0; i < levels.Length; i++)
        {
            Tensor point = x[i..(i + 1)];
            Prediction alone = model.Predict(point, levels[i]);
            Tensor exploding = model.Predict(point / levels[i].Alpha, new NoiseLevel(0, 1, levels[i].NoiseToSignal)).Epsilon;
            Assert.True(alone.Epsilon.allclose(exploding, 1e-11, 1e-11));
            Assert.True(alone.Epsilon.allclose(mixed.Epsilon[i..(i + 1)], 1e-10, 1e-10));
            Assert.True(alone.X0.allclose(mixed.X0[i..(i + 1)], 1e-10, 1e-10));
        }
    }

    [Fact]
    public void Pure_noise_is_denoised_to_the_mean()
    {
        Tensor rows = Draw(100, 2, 1) + 3;
        var model = new KernelScoreModel(new() { Points = 20 }, Set(rows));
        Tensor x = Draw(5, 2, 2);
        foreach (NoiseLevels levels in new NoiseLevels[] { new NoiseLevel(1, 0, 1), NoiseLevels.PerSample([.. Enumerable.Repeat(new NoiseLevel(1, 0, 1), 5)]) })
        {
            Prediction prediction = model.Predict(x, levels);
            Assert.True(prediction.Epsilon.allclose(x, 1e-12, 1e-12));
            Assert.True(prediction.X0.allclose(rows.mean([0]).expand(5, 2), 1e-12, 1e-12));
        }
    }

    [Fact]
    public void Its_field_is_differentiable_and_conservative()
    {
        var model = new KernelScoreModel(new() { Points = 20, Bandwidth = 0.7 }, Set(Draw(100, 2, 1)));
        Tensor x = Draw(6, 2, 3).requires_grad_();
        Tensor score = model.Predict(x, new NoiseLevel(0.5, 0.6, 0.8)).Score;
        Tensor first = Differentiation.Gradient(score[TensorIndex.Colon, 0].sum(), x, keepGraph: true);
        Tensor second = Differentiation.Gradient(score[TensorIndex.Colon, 1].sum(), x);
        Assert.True(first[TensorIndex.Colon, 1].allclose(second[TensorIndex.Colon, 0], 1e-10, 1e-10));
    }

    [Fact]
    public void The_median_distance_is_the_bandwidth_where_none_is_given()
    {
        Tensor rows = tensor(new double[] { 0, 1, 3, 7 }, [4, 1]);
        Assert.Equal(9, new KernelScoreModel(new(), Set(rows)).Solve(0).SquaredBandwidth, 1e-12);
        Assert.Contains(
            "all equal",
            Assert.Throws<ArgumentException>(() => new KernelScoreModel(new(), Set(ones(4, 1, dtype: ScalarType.Float64)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_scales_that_are_no_range_are_refused()
    {
        var options = new KernelScoreOptions { SigmaMin = 2, SigmaMax = 1 };
        Assert.Contains("smaller", Assert.Single(options.Validate(new ValidationContext(options))).ErrorMessage, StringComparison.Ordinal);
    }

    // The objective as it is written, with autograd for the divergence and for the derivative with respect to α.
    private static void AssertStationary(KernelScoreSolution solution, Tensor x, Tensor weights, Func<Tensor, Tensor>? start)
    {
        long dimension = x.shape[1];
        Tensor centres = tensor([.. solution.Points]).reshape(-1, dimension);
        Tensor alpha = tensor([.. solution.Coefficients]).requires_grad_();
        Tensor points = x.clone().requires_grad_();
        Tensor potential = ((points.unsqueeze(1) - centres).square().sum(-1) * (-0.5 / solution.SquaredBandwidth)).exp().matmul(alpha);
        Tensor score = Differentiation.Gradient(potential.sum(), points, differentiable: true);
        if (start is not null)
            score = score + start(points);
        Tensor divergence = zeros(x.shape[0], dtype: ScalarType.Float64);
        for (int d = 0; d < dimension; d++)
            divergence = divergence + Differentiation.Gradient(score[TensorIndex.Colon, d].sum(), points, differentiable: true)[TensorIndex.Colon, d];
        Tensor objective = ((divergence + (score.square().sum(-1) * 0.5)) * weights).sum() + (alpha.square().sum() * (0.5 * solution.Ridge));
        Tensor gradient = Differentiation.Gradient(objective, alpha);

        // As large as it is elsewhere: at α = 0 it is b.
        double scale = solution.Ridge * alpha.abs().max().ToDouble();
        Assert.True(gradient.abs().max().ToDouble() < 1e-8 * scale, $"{gradient.abs().max().ToDouble():e2} beside {scale:e2}");
    }

    private static Func<Tensor, Tensor> Gaussian(Tensor rows, double noiseScale)
    {
        Tensor mean = rows.mean([0]);
        Tensor centred = rows - mean;
        Tensor covariance = (centred.t().matmul(centred) / (rows.shape[0] - 1)) + (noiseScale * noiseScale * eye(rows.shape[1], dtype: ScalarType.Float64));
        Tensor precision = linalg.inv(covariance);
        return x => (x - mean).matmul(precision).neg();
    }

    private static Tensor Sample(ExactMixture exact, int count, ulong seed = 5)
    {
        Tensor noise = Draw(count, exact.Dimension, seed);
        double[] z = Numbers(noise);
        double[] rows = new double[z.Length];
        double[] cumulated = [.. exact.Mixture.Components.Select((_, k) => exact.Mixture.Components.Take(k + 1).Sum(c => c.Weight))];
        for (int i = 0; i < count; i++)
        {
            int k = Math.Min(Array.FindIndex(cumulated, edge => (i + 0.5) * 0.6180339887498949 % 1 < edge), cumulated.Length - 1);
            double[,] factor = exact.Mixture.Components[k].CholeskyFactor();
            for (int d = 0; d < exact.Dimension; d++)
            {
                rows[(i * exact.Dimension) + d] = exact.Mixture.Components[k].Mean[d];
                for (int e = 0; e <= d; e++)
                    rows[(i * exact.Dimension) + d] += factor[d, e] * z[(i * exact.Dimension) + e];
            }
        }

        return tensor(rows, [count, exact.Dimension]);
    }

    private static DataSet Set(Tensor rows) => new(new DataDescription { Name = "rows", Shape = [rows.shape[1]] }, rows, rows);

    private static Tensor Draw(int rows, int dimension, ulong seed)
    {
        using var generator = new Generator(seed);
        return randn([rows, dimension], dtype: ScalarType.Float64, generator: generator);
    }

    private static double[] Numbers(Tensor tensor) => tensor.contiguous().data<double>().ToArray();
}

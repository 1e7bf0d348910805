using Diffusion.Core.Randomness;
using Diffusion.Losses;
using Diffusion.ScoreModels;
using Diffusion.Testing;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Losses;

public sealed class DenoisingLossTests : IDisposable
{
    private static readonly NoiseLevel[] s_levels = [new(0.1, 0.9, 0.2), new(0.5, 0.6, 0.8), new(0.9, 1, 7), new(0.2, 1, 0.05)];

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(PredictionKind.Noise)]
    [InlineData(PredictionKind.Data)]
    [InlineData(PredictionKind.Score)]
    [InlineData(PredictionKind.V)]
    [InlineData(PredictionKind.Velocity)]
    public void The_loss_is_the_squared_error_of_the_noise_whatever_the_model_emits(PredictionKind kind)
    {
        LossBatch batch = Batch(s_levels, 4);
        Tensor guess = batch.Noise.roll([1], [0]);
        var model = new Emitting(kind, guess);
        Tensor expected = (guess - batch.Noise).square().mean([1]);

        AssertClose(expected, new NoisePredictionLoss().Evaluate(model, batch));
        AssertClose(expected * 0.5, Dsm().Evaluate(model, batch));
        AssertClose(expected * 0.5 / Column(l => l.Sigma * l.Sigma), Dsm(ScoreWeighting.Uniform).Evaluate(model, batch));

        Tensor ofData = (expected * Column(l => l.NoiseToSignal * l.NoiseToSignal)) * Column(l => (Sq(l.NoiseToSignal) + 0.25) / Sq(l.NoiseToSignal * 0.5));
        AssertClose(ofData * 0.5, new DenoisingScoreMatchingLoss(new() { Weighting = ScoreWeighting.Edm, SigmaData = 0.5 }).Evaluate(model, batch));
    }

    [Fact]
    public void A_denoiser_close_to_the_data_keeps_its_digits_at_small_noise()
    {
        // D − x_0 is one unit in the seventh place of x_0: (x_t − α D)/σ − ε in single precision would be rounding error alone.
        NoiseLevel[] levels = [new(0.001, 1, 1e-6)];
        LossBatch batch = Batch(levels, 1, ScalarType.Float32);
        batch = batch with { Data = ones(1, 2) };
        Tensor loss = new NoisePredictionLoss().Evaluate(new Constant(full([1, 2], 1 + 1.1920929e-7f)), batch);
        Assert.Equal(Sq(1.1920929e-7 / 1e-6), loss.ToDouble(), 1e-6);
    }

    [Fact]
    public void Losses_reach_the_parameters_of_the_model()
    {
        LossBatch batch = Batch(s_levels, 4);
        Tensor theta = tensor(0.3, dtype: ScalarType.Float64, requires_grad: true);
        Dsm().Evaluate(new LinearScore(theta), batch).mean().backward();
        Assert.NotEqual(0, theta.grad!.ToDouble());
    }

    [Fact]
    public void The_exact_scores_loss_is_the_conditional_variance_of_the_noise()
    {
        // x_0 ~ N(0.4, 0.36): Var(ε | x_t) = α² 0.36/(α² 0.36 + σ²).
        const int Count = 100_000;
        var level = new NoiseLevel(0.5, 0.6, 0.8);
        LossBatch batch = GaussianBatch(level, Count, mean: 0.4, deviation: 0.6);
        var model = new GaussianMixtureScoreModel(
            new GaussianMixtureScoreModelOptions(), new DataDescription { Name = "line", Shape = [1], Mixture = ExactProblems.Gaussian.Mixture });
        Tensor losses = new NoisePredictionLoss().Evaluate(model, batch);

        // 99.99 % interval with a fixed seed.
        double error = losses.std().ToDouble() / Math.Sqrt(Count);
        double expected = 0.36 * 0.36 / ((0.36 * 0.36) + 0.64);
        Assert.InRange(losses.mean().ToDouble(), expected - (3.9 * error), expected + (3.9 * error));
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(ScoreWeighting.SigmaSquared, 0.8)]
    [InlineData(ScoreWeighting.Uniform, 0.8)]
    [InlineData(ScoreWeighting.Edm, 0.8)]
    [InlineData(ScoreWeighting.SigmaSquared, 0.1)]
    public void Its_gradient_is_that_of_explicit_score_matching(ScoreWeighting weighting, double sigma)
    {
        // s_θ(x) = −θ x against p_t = N(0, v): ½ λ E(−θ x + x/v)² has the gradient λ (θ v − 1). 99.99 % interval with a fixed seed.
        const int Count = 400_000;
        const double Theta = 0.7;
        var level = new NoiseLevel(0.5, 0.6, sigma);
        double v = (0.36 * 0.25) + (sigma * sigma);
        double lambda = weighting switch
        {
            ScoreWeighting.Uniform => 1,
            ScoreWeighting.Edm => sigma * sigma * (Sq(sigma / 0.6) + 1),
            _ => sigma * sigma,
        };
        LossBatch batch = GaussianBatch(level, Count, mean: 0, deviation: 0.5);

        // One θ a sample gives one gradient a sample, and so a standard error.
        Tensor theta = full([Count, 1], Theta, dtype: ScalarType.Float64, requires_grad: true);
        Dsm(weighting).Evaluate(new LinearScore(theta), batch).sum().backward();
        Tensor gradients = theta.grad!;
        double error = gradients.std().ToDouble() / Math.Sqrt(Count);
        double expected = lambda * ((Theta * v) - 1);
        Assert.InRange(gradients.mean().ToDouble(), expected - (3.9 * error), expected + (3.9 * error));
        Assert.True(error < 0.05 * Math.Abs(expected));
    }

    private static DenoisingScoreMatchingLoss Dsm(ScoreWeighting weighting = ScoreWeighting.SigmaSquared) => new(new() { Weighting = weighting });

    private static LossBatch Batch(NoiseLevel[] levels, int count, ScalarType type = ScalarType.Float64)
    {
        using var generator = new Generator(2);
        return new LossBatch
        {
            Data = randn([count, 2], dtype: type, generator: generator),
            Noise = randn([count, 2], dtype: type, generator: generator),
            Levels = NoiseLevels.PerSample(levels),
            Randomness = new NoNoise(),
        };
    }

    private static LossBatch GaussianBatch(NoiseLevel level, int count, double mean, double deviation)
    {
        var noise = new PhiloxNoiseSource(new NoiseKey(8, 0), 0, 1);
        Tensor like = empty(count, 1, dtype: ScalarType.Float64);
        return new LossBatch
        {
            Data = noise.Independent(0, like).mul_(deviation).add_(mean),
            Noise = noise.Independent(1, like),
            Levels = NoiseLevels.PerSample(Enumerable.Repeat(level, count).ToArray()),
            Randomness = noise,
        };
    }

    private static Tensor Column(Func<NoiseLevel, double> value) => tensor(s_levels.Select(value).ToArray());

    private static double Sq(double x) => x * x;

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal([expected.shape[0]], actual.shape);
        Assert.True(allclose(expected, actual, 1e-12, 1e-12), $"{(expected - actual).abs().max().ToDouble()}");
    }

    /// <summary>Says the same noise in any language.</summary>
    private sealed class Emitting(PredictionKind kind, Tensor noise) : IScoreModel
    {
        public Prediction Predict(Tensor x, NoiseLevels levels)
        {
            var prediction = new Prediction(PredictionKind.Noise, noise, x, levels);
            return new(kind, kind switch
            {
                PredictionKind.Noise => noise,
                PredictionKind.Data => prediction.X0,
                PredictionKind.Score => prediction.Score,
                PredictionKind.Velocity => prediction.RectifiedVelocity,
                _ => prediction.V,
            }, x, levels);
        }
    }

    private sealed class Constant(Tensor data) : IScoreModel
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Data, data, x, levels);
    }

    private sealed class LinearScore(Tensor theta) : IScoreModel
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Score, -theta * x, x, levels);
    }
}

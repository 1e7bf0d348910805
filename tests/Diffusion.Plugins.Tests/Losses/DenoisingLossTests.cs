using Diffusion.Core.Randomness;
using Diffusion.Losses;
using Diffusion.Schedules;
using Diffusion.ScoreModels;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Losses;

public sealed class DenoisingLossTests : IDisposable
{
    private static readonly NoiseLevel[] s_levels = [new(0.1, 0.9, 0.2), new(0.5, 0.6, 0.8), new(0.9, 1, 7), new(0.2, 1, 0.05)];

    private static readonly NoiseSchedule s_schedule = ExactProcesses.VariancePreserving;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string, PredictionKind> Losses
    {
        get
        {
            TheoryData<string, PredictionKind> cases = [];
            foreach (string name in s_losses.Keys)
            {
                foreach (PredictionKind kind in Enum.GetValues<PredictionKind>())
                    cases.Add(name, kind);
            }

            return cases;
        }
    }

    /// <summary>Each loss with its value as a multiple of the squared error of the noise.</summary>
    private static readonly Dictionary<string, (ILoss Loss, Func<NoiseLevel, double> OfNoise)> s_losses = new()
    {
        ["noise-prediction"] = (new NoisePredictionLoss(), _ => 1),
        ["data-prediction"] = (new DataPredictionLoss(), l => Sq(l.Sigma / l.Alpha)),
        ["score-prediction"] = (new ScorePredictionLoss(), l => 1 / Sq(l.Sigma)),
        ["v-prediction"] = (new VPredictionLoss(), l => Sq(l.Alpha + (Sq(l.Sigma) / l.Alpha))),
        ["flow-matching"] = (new FlowMatchingLoss(), l => Sq(s_schedule.SigmaRate(l.T) - (s_schedule.AlphaRate(l.T) * l.Sigma / l.Alpha))),
        ["denoising-score-matching"] = (new DenoisingScoreMatchingLoss(), l => 0.5 / Sq(l.Sigma)),
        ["edm"] = (new EdmLoss(new() { SigmaData = 0.5 }), l => Sq(l.Sigma / l.Alpha)),
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_loss_is_the_squared_error_of_its_residual_whatever_the_model_emits(string name, PredictionKind kind)
    {
        (ILoss loss, Func<NoiseLevel, double> ofNoise) = s_losses[name];
        LossBatch batch = Batch(s_levels, 4);
        Tensor guess = batch.Noise.roll([1], [0]);
        Tensor expected = (guess - batch.Noise).square().mean([1]) * Column(ofNoise);
        AssertClose(expected, loss.Evaluate(new Emitting(kind, guess), batch));

        // What weights take a residual to be is what the loss is the square of.
        double factor = name == "denoising-score-matching" ? 0.5 : 1;
        Assert.All(s_levels, l => Assert.Equal(
            factor * Sq(loss.Residual.Size(l, s_schedule) / ResidualForm.Noise.Size(l, s_schedule)), ofNoise(l), 1e-12 * ofNoise(l)));
    }

    [Fact]
    public void Denoising_score_matching_weighs_by_the_variance_of_the_noise_unless_told_otherwise()
    {
        var loss = new DenoisingScoreMatchingLoss();
        Assert.All(s_levels, l => Assert.Equal(1, loss.DefaultWeighting.WeightOn(ResidualForm.Noise, l, s_schedule), 1e-14));
    }

    [Fact]
    public void The_edm_loss_is_the_error_of_the_preconditioned_output()
    {
        // F* = (x_0 − c_skip y)/c_out at y = x_0 + σ̂ ε, and D = c_skip y + c_out F.
        var loss = new EdmLoss(new() { SigmaData = 0.5 });
        LossBatch batch = Batch(s_levels, 4);
        Tensor guess = batch.Noise.roll([1], [0]);
        Tensor data = new Prediction(PredictionKind.Noise, guess, batch.NoisyData(), batch.Levels).X0;
        Tensor noisy = batch.Levels.Combine(_ => 1, batch.Data, l => l.NoiseToSignal, batch.Noise);
        Tensor skip = batch.Levels.Scale(l => 0.25 / (Sq(l.NoiseToSignal) + 0.25), noisy);
        Tensor raw = batch.Levels.Scale(l => 1 / (l.NoiseToSignal * 0.5 / Math.Sqrt(Sq(l.NoiseToSignal) + 0.25)), data - skip);
        Tensor target = batch.Levels.Scale(l => 1 / (l.NoiseToSignal * 0.5 / Math.Sqrt(Sq(l.NoiseToSignal) + 0.25)), batch.Data - skip);
        Tensor weights = Column(l => loss.DefaultWeighting.WeightOn(loss.Residual, l, s_schedule));
        AssertClose((raw - target).square().mean([1]), loss.Evaluate(new Emitting(PredictionKind.Data, guess), batch) * weights);
    }

    [Fact]
    public void Flow_matching_of_a_rectified_flow_regresses_on_noise_less_data()
    {
        var schedule = new RectifiedFlowSchedule(new());
        LossBatch batch = Batch([schedule.At(0.25), schedule.At(0.6)], 2) with { Schedule = schedule };
        Tensor guess = batch.Noise.roll([1], [0]);
        Tensor velocity = new Prediction(PredictionKind.Noise, guess, batch.NoisyData(), batch.Levels).Velocity(schedule);
        AssertClose(
            (velocity - (batch.Noise - batch.Data)).square().mean([1]), new FlowMatchingLoss().Evaluate(new Emitting(PredictionKind.Noise, guess), batch));
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
        new DenoisingScoreMatchingLoss().Evaluate(new LinearScore(theta), batch).mean().backward();
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

    private static LossBatch Batch(NoiseLevel[] levels, int count, ScalarType type = ScalarType.Float64)
    {
        using var generator = new Generator(2);
        return new LossBatch
        {
            Data = randn([count, 2], dtype: type, generator: generator),
            Noise = randn([count, 2], dtype: type, generator: generator),
            Levels = NoiseLevels.PerSample(levels),
            Schedule = s_schedule,
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
            Levels = level,
            Schedule = s_schedule,
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

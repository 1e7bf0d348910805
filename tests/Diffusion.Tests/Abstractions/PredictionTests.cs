using Diffusion.ScoreModels;
using Diffusion.Schedules;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Abstractions;

public sealed class PredictionTests : IDisposable
{
    private static readonly PredictionKind[] s_kinds = Enum.GetValues<PredictionKind>();

    // All conversions are well conditioned where neither α nor σ is small beside the other.
    private static readonly NoiseLevel[] s_levels = [new(0.1, 0.9, 0.3), new(0.5, 0.6, 0.8), new(0.7, 1, 2), new(0.9, 0.3, 0.7)];

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<PredictionKind, PredictionKind> Pairs
    {
        get
        {
            var pairs = new TheoryData<PredictionKind, PredictionKind>();
            foreach (PredictionKind from in s_kinds)
            {
                foreach (PredictionKind to in s_kinds)
                    pairs.Add(from, to);
            }

            return pairs;
        }
    }

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Any_reading_of_a_prediction_leads_back_to_it(PredictionKind from, PredictionKind to)
    {
        foreach (NoiseLevels levels in s_levels.Select(level => (NoiseLevels)level).Append(NoiseLevels.PerSample(s_levels)))
        {
            (Tensor data, Tensor noise) = (Draw(1), Draw(2));
            Tensor state = levels.Combine(l => l.Alpha, data, l => l.Sigma, noise);
            Tensor value = True(from, data, noise, levels);
            var there = new Prediction(from, value, state, levels);
            Tensor other = Read(there, to);
            AssertClose(True(to, data, noise, levels), other);
            AssertClose(value, Read(new Prediction(to, other, state, levels), from));
        }
    }

    [Theory]
    [InlineData(PredictionKind.Noise)]
    [InlineData(PredictionKind.Data)]
    [InlineData(PredictionKind.Score)]
    [InlineData(PredictionKind.V)]
    [InlineData(PredictionKind.Velocity)]
    public void Pure_noise_and_clean_data_have_their_readings(PredictionKind kind)
    {
        (Tensor data, Tensor noise) = (Draw(1), Draw(2));
        NoiseLevels pure = new NoiseLevel(1, 0, 1);
        Prediction atNoise = new(kind, True(kind, data, noise, pure), noise, pure);
        AssertClose(noise, atNoise.Epsilon);
        AssertClose(-noise, atNoise.Score);
        if (kind is PredictionKind.Data or PredictionKind.V or PredictionKind.Velocity)
            AssertClose(data, atNoise.X0);

        if (kind == PredictionKind.Score)
            return; // has no bound at σ = 0
        NoiseLevels clean = NoiseLevel.Clean;
        Prediction atData = new(kind, True(kind, data, noise, clean), data, clean);
        AssertClose(data, atData.X0);
        if (kind is PredictionKind.Noise or PredictionKind.V or PredictionKind.Velocity)
            AssertClose(noise, atData.Epsilon);
    }

    [Theory]
    [InlineData(PredictionKind.Noise)]
    [InlineData(PredictionKind.V)]
    [InlineData(PredictionKind.Velocity)]
    public void Small_noise_takes_no_digits_from_the_noise(PredictionKind kind)
    {
        NoiseLevels levels = new NoiseLevel(0, 1, 1e-9);
        (Tensor data, Tensor noise) = (Draw(1), Draw(2));
        Tensor state = levels.Combine(l => l.Alpha, data, l => l.Sigma, noise);
        AssertClose(noise, new Prediction(kind, True(kind, data, noise, levels), state, levels).Epsilon);
    }

    [Fact]
    public void On_the_straight_path_the_velocity_is_the_paths_own()
    {
        var schedule = new RectifiedFlowSchedule(new());
        foreach (double t in new[] { 0.0, 0.2, 0.7, 1.0 })
        {
            NoiseLevels level = schedule.At(t);
            (Tensor data, Tensor noise) = (Draw(1), Draw(2));
            Tensor state = level.Combine(l => l.Alpha, data, l => l.Sigma, noise);
            var prediction = new Prediction(PredictionKind.Velocity, noise - data, state, level);
            AssertClose(noise - data, prediction.Velocity(schedule));
            AssertClose(noise - data, Prediction.FromVelocity(noise - data, state, level, schedule).Value);
        }
    }

    [Fact]
    public void On_any_path_the_velocity_is_the_straight_ones_at_the_rescaled_point()
    {
        var level = new NoiseLevel(0.7, 0.6, 0.8);
        var model = new GaussianMixtureScoreModel(
            new GaussianMixtureScoreModelOptions(), new DataDescription { Name = "plane", Shape = [2], Mixture = ExactProblems.Plane.Mixture });
        Tensor x = Draw(1);
        double sum = level.Alpha + level.Sigma;
        Tensor straight = model.Predict(x / sum, new NoiseLevel(level.Sigma / sum, level.Alpha / sum, level.Sigma / sum)).RectifiedVelocity;
        AssertClose(straight, model.Predict(x, level).RectifiedVelocity);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_velocity_of_a_path_leads_to_the_prediction_behind_it(int path)
    {
        NoiseSchedule schedule = path switch
        {
            0 => new TrigonometricSchedule(new()),
            1 => new VariancePreservingSchedule(new()),
            _ => new EdmSchedule(new()),
        };
        NoiseLevel[] all = [.. new[] { 0.3, 0.5, 0.6, 0.9 }.Select(schedule.At)];
        foreach (NoiseLevels levels in all.Select(level => (NoiseLevels)level).Append(NoiseLevels.PerSample(all)))
        {
            (Tensor data, Tensor noise) = (Draw(1), Draw(2));
            Tensor state = levels.Combine(l => l.Alpha, data, l => l.Sigma, noise);
            Tensor velocity = levels.Combine(l => schedule.AlphaRate(l.T), data, l => schedule.SigmaRate(l.T), noise);
            Prediction prediction = Prediction.FromVelocity(velocity, state, levels, schedule);
            AssertClose(velocity, prediction.Velocity(schedule));
            AssertClose(noise, prediction.Epsilon);
            AssertClose(data, prediction.X0);
        }
    }

    [Fact]
    public void An_energy_predicts_by_its_gradient_whether_or_not_the_caller_records()
    {
        var model = new GaussianMixtureScoreModel(
            new GaussianMixtureScoreModelOptions(), new DataDescription { Name = "plane", Shape = [2], Mixture = ExactProblems.Plane.Mixture });
        NoiseLevels level = new NoiseLevel(0.5, 0.6, 0.8);
        Tensor x = Draw(1);
        Tensor Energy(Tensor points) => -model.LogDensity(points, level);

        Tensor expected = model.Predict(x, level).Score;
        using (no_grad())
        {
            Tensor score = Prediction.FromEnergy(Energy, x, level).Score;
            AssertClose(expected, score);
            Assert.False(score.requires_grad);
            Assert.False(is_grad_enabled());
        }

        // Recorded, the score's own derivative is at hand: the divergence of both must agree.
        Tensor traced = x.clone().requires_grad_();
        Tensor ofEnergy = Differentiation.Gradient(Prediction.FromEnergy(Energy, traced, level).Score.sum(), traced);
        Tensor again = x.clone().requires_grad_();
        AssertClose(Differentiation.Gradient(model.Predict(again, level).Score.sum(), again), ofEnergy);
    }

    // By definition, not by conversion.
    private static Tensor True(PredictionKind kind, Tensor data, Tensor noise, NoiseLevels levels) => kind switch
    {
        PredictionKind.Noise => noise,
        PredictionKind.Data => data,
        PredictionKind.Score => noise * levels.Coefficients(l => -1 / l.Sigma, noise),
        PredictionKind.V => (noise * levels.Coefficients(l => l.Alpha, noise)) - (data * levels.Coefficients(l => l.Sigma, data)),
        PredictionKind.Velocity => noise - data,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static Tensor Read(Prediction prediction, PredictionKind kind) => kind switch
    {
        PredictionKind.Noise => prediction.Epsilon,
        PredictionKind.Data => prediction.X0,
        PredictionKind.Score => prediction.Score,
        PredictionKind.V => prediction.V,
        PredictionKind.Velocity => prediction.RectifiedVelocity,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static Tensor Draw(ulong seed)
    {
        using var generator = new Generator(seed);
        return randn([4, 2], dtype: ScalarType.Float64, generator: generator);
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.True(allclose(expected, actual, 1e-12, 1e-12), $"differs by {(expected - actual).abs().max().ToDouble():e2}");
}

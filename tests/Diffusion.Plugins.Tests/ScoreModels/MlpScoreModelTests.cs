using Diffusion.ScoreModels;
using Diffusion.ScoreModels.Mlp;
using Diffusion.ScoreModels.Preconditioning;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.ScoreModels;

[Collection(GlobalTorchState.Name)]
public sealed class MlpScoreModelTests : IDisposable
{
    private static readonly NoiseLevel[] s_levels =
        [new(0, 1, 0), new(0.01, 1, 1e-4), new(0.3, 0.9, 0.3), new(0.5, 0.6, 0.8), new(0.9, 1, 80), new(1, 1e-3, 1), new(1, 0, 1)];

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Initial_weights_follow_the_seed()
    {
        Tensor x = randn(5, 2, dtype: ScalarType.Float64);
        Tensor[] values = [.. new[] { 1, 1, 2 }.Select(seed => Model(seed: seed).Predict(x, s_levels[3]).X0)];
        Assert.True(values[0].equal(values[1]).all().ToBoolean());
        Assert.False(values[0].equal(values[2]).all().ToBoolean());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Edm_is_Karrass_preconditioning_at_every_level(double sigmaData)
    {
        MlpScoreModel model = Model(new MlpOptions { SigmaData = sigmaData });
        MlpScoreModel raw = Model(new MlpOptions { SigmaData = sigmaData, Parameterization = NetworkOutput.Data });
        foreach (NoiseLevel level in s_levels)
        {
            Tensor x = State(level);
            Tensor f = raw.Predict(x, level).Value;
            double s = (level.Sigma * level.Sigma) + (level.Alpha * level.Alpha * sigmaData * sigmaData);
            Tensor expected = (x * (level.Alpha * sigmaData * sigmaData / s)) + (f * (level.Sigma * sigmaData / Math.Sqrt(s)));
            Assert.True(allclose(expected, model.Predict(x, level).X0, 1e-12, 1e-12), $"{level}");
            Assert.True(allclose(expected, model.Predict(x, NoiseLevels.PerSample([level, level, level, level])).X0, 1e-12, 1e-12), $"{level}");
        }
    }

    public static TheoryData<NetworkOutput, MlpEmbedding> Networks
    {
        get
        {
            var networks = new TheoryData<NetworkOutput, MlpEmbedding>();
            foreach (NetworkOutput output in Enum.GetValues<NetworkOutput>())
            {
                foreach (MlpEmbedding embedding in Enum.GetValues<MlpEmbedding>())
                    networks.Add(output, embedding);
            }

            return networks;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void One_network_serves_every_Gaussian_path(NetworkOutput parameterization, MlpEmbedding embedding)
    {
        MlpScoreModel model = Model(new MlpOptions { Parameterization = parameterization, Embedding = embedding, SigmaData = 0.7 });
        var level = new NoiseLevel(0.5, 0.6, 0.8);
        Tensor x = State(level);
        Tensor preserving = model.Predict(x, level).X0;
        Tensor exploding = model.Predict(x / 0.6, new NoiseLevel(3, 1, 0.8 / 0.6)).X0;
        Tensor straight = model.Predict(x / 1.4, new NoiseLevel(0.8 / 1.4, 0.6 / 1.4, 0.8 / 1.4)).X0;
        Tensor perSample = model.Predict(x, NoiseLevels.PerSample([level, level, level, level])).X0;
        Assert.True(allclose(preserving, exploding, 1e-12, 1e-12));
        Assert.True(allclose(preserving, straight, 1e-12, 1e-12));
        Assert.True(allclose(preserving, perSample, 1e-12, 1e-12));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_network_is_finite_wherever_its_output_has_a_meaning(NetworkOutput parameterization, MlpEmbedding embedding)
    {
        MlpScoreModel model = Model(new MlpOptions { Parameterization = parameterization, Embedding = embedding });
        foreach (NoiseLevel level in s_levels.Where(level => level.Alpha > 0 || parameterization != NetworkOutput.Ve))
        {
            Prediction prediction = model.Predict(State(level), level);
            if (level.Alpha > 0 && !(level.IsClean && parameterization == NetworkOutput.Data))
                Assert.True(prediction.X0.isfinite().all().ToBoolean(), $"D at {level}");
            if (level.Sigma > 0)
                Assert.True(prediction.Epsilon.isfinite().all().ToBoolean(), $"noise at {level}");
        }
    }

    [Theory]
    [InlineData(MlpEmbedding.LogSnr)]
    [InlineData(MlpEmbedding.Fourier)]
    [InlineData(MlpEmbedding.Sinusoidal)]
    public void Every_embedding_tells_levels_apart(MlpEmbedding embedding)
    {
        MlpScoreModel model = Model(new MlpOptions { Parameterization = NetworkOutput.Vp, Embedding = embedding });
        Tensor x = State(s_levels[3]);
        Assert.False(model.Predict(x, new NoiseLevel(0, 1, 0.1)).Value.allclose(model.Predict(x, new NoiseLevel(0, 1, 0.11)).Value, 1e-6, 1e-6));
    }

    [Fact]
    public void V_is_the_rotation_of_noise_and_data()
    {
        MlpScoreModel model = Model(new MlpOptions { Parameterization = NetworkOutput.V });
        Prediction prediction = model.Predict(State(s_levels[3]), s_levels[3]);
        Assert.True(allclose(prediction.V, (prediction.Epsilon * 0.6) - (prediction.X0 * 0.8), 1e-12, 1e-12));
    }

    [Fact]
    public void Small_noise_keeps_its_digits_in_single_precision()
    {
        MlpScoreModel wide = Model();
        MlpScoreModel narrow = Model();
        narrow.Network.to(ScalarType.Float32);
        narrow.Network.load_state_dict(wide.Network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.to(ScalarType.Float32)));
        var level = new NoiseLevel(0.001, 1, 1e-4);
        Tensor x = State(level).to(ScalarType.Float32);
        Tensor expected = wide.Predict(x.to(ScalarType.Float64), level).Epsilon;
        Tensor actual = narrow.Predict(x, level).Epsilon.to(ScalarType.Float64);
        Assert.True(allclose(expected, actual, 1e-5, 1e-6));

        Tensor perSample = narrow.Predict(x, NoiseLevels.PerSample([level, level, level, level])).Epsilon.to(ScalarType.Float64);
        Assert.True(allclose(expected, perSample, 1e-5, 1e-6));
    }

    [Fact]
    public void Levels_beyond_the_limit_look_like_the_limit()
    {
        MlpScoreModel model = Model(new MlpOptions { Parameterization = NetworkOutput.Data, HalfLogSnrLimit = 2 });
        Tensor x = zeros(1, 2, dtype: ScalarType.Float64);
        double[] Output(double halfLogSnr) => model.Predict(x, new NoiseLevel(1, 1, Math.Exp(-halfLogSnr))).Value.data<double>().ToArray();

        Assert.Equal(Output(-2), Output(-3));
        Assert.Equal(Output(2), Output(9));
        Assert.NotEqual(Output(-2), Output(2));
        Assert.NotEqual(Output(0.5), Output(0.6));
    }

    [Fact]
    public void Every_parameter_learns()
    {
        MlpScoreModel model = Model();
        NoiseLevel[] levels = [s_levels[2], s_levels[3], s_levels[4], s_levels[5]];
        Prediction prediction = model.Predict(State(s_levels[3]), NoiseLevels.PerSample(levels));
        prediction.Value.square().sum().backward();
        Assert.All(
            model.Network.named_parameters(), named => Assert.True(named.Item2.grad is { } gradient && gradient.abs().max().ToDouble() > 0, named.Item1));
        Assert.Equal((2 * 128) + (16 * 128) + 128 + (2 * ((128 * 128) + 128)) + (128 * 2) + 2, model.Network.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void Samples_keep_their_shape()
    {
        manual_seed(1);
        using var model = new MlpScoreModel(new MlpOptions { Width = 8, Layers = 1 }, new DataDescription { Name = "images", Shape = [1, 3, 3] });
        Assert.Equal([4, 1, 3, 3], model.Predict(randn(4, 1, 3, 3), s_levels[3]).X0.shape);
    }

    private static MlpScoreModel Model(MlpOptions? options = null, long seed = 1)
    {
        manual_seed(seed);
        var model = new MlpScoreModel(options ?? new MlpOptions(), new DataDescription { Name = "plane", Shape = [2] });
        model.Network.to(ScalarType.Float64);
        return model;
    }

    private static Tensor State(NoiseLevel level)
    {
        using var generator = new Generator(3);
        return randn([4, 2], dtype: ScalarType.Float64, generator: generator) * Math.Sqrt((level.Alpha * level.Alpha) + (level.Sigma * level.Sigma));
    }
}

using Diffusion.ScoreModels;
using Diffusion.ScoreModels.Embedding;
using Diffusion.ScoreModels.Preconditioning;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.ScoreModels;

[Collection(GlobalTorchState.Name)]
public sealed class UNetScoreModelTests : IDisposable
{
    private static readonly UNetOptions s_small = new() { Channels = 4, Multipliers = [1, 2], Attention = [8], Frequencies = 4 };
    private static readonly NoiseLevel s_level = new(0.5, 0.6, 0.8);

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, 8, 8, 2)]
    [InlineData(3, 12, 8, 3)]
    [InlineData(1, 7, 7, 1)]
    [InlineData(1, 28, 28, 3)]
    public void Samples_keep_their_shape(int channels, int height, int width, int levels)
    {
        UNetScoreModel model = Model(s_small with { Multipliers = [.. Enumerable.Range(1, levels)], Attention = [height] }, [channels, height, width]);
        Tensor x = State(5, channels, height, width);
        Tensor output = model.Predict(x, s_level).X0;
        Assert.Equal(x.shape, output.shape);
        Assert.True(output.isfinite().all().ToBoolean());
    }

    [Theory]
    [InlineData(1, 7, 7, "halves images 1 times, and those of 'images' have 7 × 7 pixels; give at most 1 \"multipliers\"")]
    [InlineData(1, 28, 12, "halves images 3 times, and those of 'images' have 28 × 12 pixels; give at most 3 \"multipliers\"")]
    public void Sizes_that_cannot_be_halved_are_refused(int channels, int height, int width, string message)
    {
        UNetOptions options = s_small with { Multipliers = height == 7 ? [1, 2] : [1, 1, 2, 2], Attention = [] };
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Model(options, [channels, height, width])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_image_and_attention_at_no_level_are_refused()
    {
        Assert.Contains("a sample of 'images' has the shape (2)", Assert.Throws<ArgumentException>(() => Model(s_small, [2])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no level of height 5 to attend at (\"attention\"); its levels have the heights 8, 4",
            Assert.Throws<ArgumentException>(() => Model(s_small with { Attention = [8, 5] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Initial_weights_follow_the_seed()
    {
        Tensor x = State();
        Tensor[] values = [.. new[] { 1, 1, 2 }.Select(seed => Model(s_small, seed: seed).Predict(x, s_level).Value)];
        Assert.True(values[0].equal(values[1]).all().ToBoolean());
        Assert.False(values[0].equal(values[2]).all().ToBoolean());
    }

    [Theory]
    [InlineData(NetworkOutput.Edm, LevelEmbedding.LogSnr)]
    [InlineData(NetworkOutput.Edm, LevelEmbedding.Fourier)]
    [InlineData(NetworkOutput.Vp, LevelEmbedding.Sinusoidal)]
    [InlineData(NetworkOutput.V, LevelEmbedding.LogSnr)]
    public void One_network_serves_every_Gaussian_path_with_one_level_or_many(NetworkOutput output, LevelEmbedding embedding)
    {
        UNetScoreModel model = Disturbed(Model(s_small with { Parameterization = output, Embedding = embedding }));
        Tensor x = State();
        Tensor preserving = model.Predict(x, s_level).X0;
        Assert.True(allclose(preserving, model.Predict(x / 0.6, new NoiseLevel(3, 1, 0.8 / 0.6)).X0, 1e-10, 1e-10));
        Assert.True(allclose(preserving, model.Predict(x, NoiseLevels.PerSample([s_level, s_level, s_level, s_level])).X0, 1e-10, 1e-10));
        Assert.False(allclose(preserving, model.Predict(x, new NoiseLevel(0.5, 0.6, 0.81)).X0, 1e-6, 1e-6));
    }

    [Fact]
    public void An_image_does_not_depend_on_the_others_of_its_batch()
    {
        UNetScoreModel model = Disturbed(Model(s_small));
        Tensor x = State();
        Tensor together = model.Predict(x, s_level).X0;
        for (int i = 0; i < 4; i++)
            Assert.True(allclose(together.narrow(0, i, 1), model.Predict(x.narrow(0, i, 1), s_level).X0, 1e-12, 1e-12));
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        UNetScoreModel model = Disturbed(Model(s_small with { Channels = 2, Multipliers = [1, 1], Attention = [4] }, [1, 4, 4]));
        Tensor x = State(2, 1, 4, 4);
        Tensor direction = State(2, 1, 4, 4, seed: 9);
        double Value() => (model.Predict(x, s_level).X0 * direction).sum().ToDouble();

        (model.Predict(x, s_level).X0 * direction).sum().backward();
        const double step = 1e-5;
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in model.Network.named_parameters())
        {
            double[] gradient = parameter.grad!.flatten().data<double>().ToArray();
            foreach (int place in new[] { 0, gradient.Length / 2, gradient.Length - 1 }.Distinct())
            {
                Shift(parameter, place, step);
                double above = Value();
                Shift(parameter, place, -2 * step);
                double below = Value();
                Shift(parameter, place, step);
                Assert.Equal((above - below) / (2 * step), gradient[place], 1e-6 * Math.Max(1, Math.Abs(gradient[place])));
            }
        }
    }

    [Fact]
    public void Every_parameter_learns_from_the_first_step()
    {
        UNetScoreModel model = Model(s_small);
        model.Predict(State(), s_level).Value.square().sum().backward();
        Assert.All(
            model.Network.named_parameters(), named => Assert.True(named.parameter.grad is { } gradient && gradient.abs().max().ToDouble() > 0, named.name));
    }

    [Fact]
    public void Dropout_is_for_training_alone_and_repeats_with_the_seed()
    {
        double[][] Drops(int seed)
        {
            UNetScoreModel model = Disturbed(Model(s_small with { Dropout = 0.5 }, seed: seed));
            model.Network.train();
            double[] first = Numbers(model), second = Numbers(model);
            // What others draw from the library's generator makes no difference.
            rand(10);
            double[] third = Numbers(model);
            model.Network.eval();
            return [first, second, third, Numbers(model), Numbers(model)];
        }

        double[][] drops = Drops(1);
        rand(3);
        double[][] again = Drops(1);
        Assert.Equal(drops, again);
        Assert.Equal(drops[3], drops[4]);
        Assert.Equal(4, drops.Select(values => values[0]).Distinct().Count());
    }

    private static double[] Numbers(UNetScoreModel model) => model.Predict(State(), s_level).X0.flatten().data<double>().ToArray();

    private static void Shift(Tensor parameter, int place, double by)
    {
        using (no_grad())
            parameter.view(-1).narrow(0, place, 1).add_(by);
    }

    // Far from the first weights, at which each block is nearly the identity.
    private static UNetScoreModel Disturbed(UNetScoreModel model)
    {
        using (no_grad())
        {
            using var generator = new Generator(5);
            foreach (Tensor parameter in model.Network.parameters())
                parameter.add_(randn(parameter.shape, dtype: ScalarType.Float64, generator: generator), alpha: 0.1);
        }

        return model;
    }

    private static UNetScoreModel Model(UNetOptions options, long[]? shape = null, long seed = 1)
    {
        manual_seed(seed);
        var model = new UNetScoreModel(options, new DataDescription { Name = "images", Shape = shape ?? [1, 8, 8] });
        model.Network.to(ScalarType.Float64);
        return model;
    }

    private static Tensor State(long batch = 4, long channels = 1, long height = 8, long width = 8, ulong seed = 3)
    {
        using var generator = new Generator(seed);
        return randn([batch, channels, height, width], dtype: ScalarType.Float64, generator: generator);
    }
}

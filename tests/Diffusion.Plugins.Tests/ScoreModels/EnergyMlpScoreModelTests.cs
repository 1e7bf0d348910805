using Diffusion.ScoreModels;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.ScoreModels;

[Collection(GlobalTorchState.Name)]
public sealed class EnergyMlpScoreModelTests : IDisposable
{
    private static readonly NoiseLevel[] s_levels = [new(0.1, 0.9, 0.3), new(0.5, 0.6, 0.8), new(0.9, 1, 8), new(0.1, 1, 1e-3)];

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void The_score_is_minus_the_gradient_of_the_energy()
    {
        EnergyMlpScoreModel model = Model();
        foreach (NoiseLevels levels in s_levels.Select(level => (NoiseLevels)level).Append(NoiseLevels.PerSample(s_levels)))
        {
            Tensor x = Draw(1);
            Tensor score = model.Predict(x, levels).Score;
            Assert.True(score.allclose(Prediction.FromEnergy(points => model.Energy(points, levels), x, levels).Score, 1e-10, 1e-10));
        }
    }

    [Fact]
    public void Its_field_is_conservative_and_a_plain_networks_is_not()
    {
        NoiseLevels level = s_levels[1];
        Assert.True(Curl(Model(), level) < 1e-12);
        manual_seed(1);
        using var plain = new MlpScoreModel(new MlpOptions(), new DataDescription { Name = "plane", Shape = [2] });
        plain.Network.to(ScalarType.Float64);
        Assert.True(Curl(plain, level) > 1e-3);
    }

    [Fact]
    public void It_predicts_where_nothing_is_recorded_and_leaves_no_graph()
    {
        EnergyMlpScoreModel model = Model();
        Tensor x = Draw(1);
        Tensor recorded = model.Predict(x, s_levels[1]).Value;
        Assert.True(recorded.requires_grad);
        using IDisposable withoutGradient = no_grad();
        Tensor value = model.Predict(x, s_levels[1]).Value;
        Assert.False(value.requires_grad);
        Assert.False(is_grad_enabled());
        Assert.True(value.equal(recorded.detach()).all().ToBoolean());
        Assert.False(x.requires_grad);
    }

    [Fact]
    public void Every_parameter_but_the_constants_learns()
    {
        EnergyMlpScoreModel model = Model();
        model.Predict(Draw(1), NoiseLevels.PerSample(s_levels)).Value.square().sum().backward();

        // A constant added to an energy is none to its gradient.
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in model.Network.named_parameters().Where(named => named.Item1 != "output.bias"))
            Assert.True(parameter.grad is { } gradient && gradient.abs().max().ToDouble() > 0, name);
    }

    [Fact]
    public void A_gradient_step_lowers_the_loss()
    {
        EnergyMlpScoreModel model = Model();
        using optim.Optimizer optimizer = optim.Adam(model.Network.parameters(), 1e-3);
        NoiseLevels level = s_levels[1];
        (Tensor data, Tensor noise) = (Draw(1) + 2, Draw(2));
        Tensor x = level.Combine(l => l.Alpha, data, l => l.Sigma, noise);
        double Loss()
        {
            optimizer.zero_grad();
            Tensor loss = (model.Predict(x, level).Epsilon - noise).square().mean();
            loss.backward();
            optimizer.step();
            return loss.ToDouble();
        }

        double first = Loss();
        for (int i = 0; i < 30; i++)
            Loss();
        Assert.True(Loss() < 0.9 * first);
    }

    [Fact]
    public void One_network_serves_every_Gaussian_path_and_shape()
    {
        EnergyMlpScoreModel model = Model();
        Tensor x = Draw(1);
        Tensor preserving = model.Predict(x, s_levels[1]).X0;
        Tensor exploding = model.Predict(x / 0.6, new NoiseLevel(3, 1, 0.8 / 0.6)).X0;
        Assert.True(preserving.allclose(exploding, 1e-12, 1e-12));

        using var images = new EnergyMlpScoreModel(new EnergyMlpOptions { Width = 8, Layers = 1 }, new DataDescription { Name = "images", Shape = [1, 3, 3] });
        Assert.Equal([4, 1, 3, 3], images.Predict(randn(4, 1, 3, 3), s_levels[1]).X0.shape);
    }

    // ∂s_0/∂x_1 − ∂s_1/∂x_0, the largest of a few points.
    private static double Curl(IScoreModel model, NoiseLevels level)
    {
        Tensor x = Draw(3).requires_grad_();
        Tensor score = model.Predict(x, level).Score;
        Tensor first = Differentiation.Gradient(score[TensorIndex.Colon, 0].sum(), x, keepGraph: true);
        Tensor second = Differentiation.Gradient(score[TensorIndex.Colon, 1].sum(), x);
        return (first[TensorIndex.Colon, 1] - second[TensorIndex.Colon, 0]).abs().max().ToDouble();
    }

    private static EnergyMlpScoreModel Model()
    {
        manual_seed(1);
        var model = new EnergyMlpScoreModel(
            new EnergyMlpOptions { Width = 32, Layers = 2, SigmaData = 0.8 }, new DataDescription { Name = "plane", Shape = [2] });
        model.Network.to(ScalarType.Float64);
        return model;
    }

    private static Tensor Draw(ulong seed)
    {
        using var generator = new Generator(seed);
        return randn([4, 2], dtype: ScalarType.Float64, generator: generator);
    }
}

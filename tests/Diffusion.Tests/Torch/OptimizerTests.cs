using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Diffusion.Tests.Torch;

public sealed class OptimizerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(false, false, 0.0)]
    [InlineData(true, false, 0.1)]
    [InlineData(false, true, 0.1)]
    public void The_fused_step_is_the_step_by_operators(bool amsgrad, bool decoupled, double decay)
    {
        // A transposed parameter is not contiguous, so it goes by operators; its transpose goes through the fused loop.
        Parameter fused = Start(), byOperators = nn.Parameter(Start().detach().t());
        Assert.False(byOperators.is_contiguous());
        using optim.Optimizer a = Make(fused), b = Make(byOperators);
        for (int step = 1; step <= 5; step++)
        {
            Tensor gradient = (arange(12, ScalarType.Float32).reshape(3, 4) * step).sin();
            fused.grad = gradient;
            byOperators.grad = gradient.t();
            a.step();
            b.step();
        }

        Assert.True(fused.allclose(byOperators.t(), rtol: 0, atol: 1e-6));
        Assert.False(fused.allclose(Start()));

        optim.Optimizer Make(Parameter p) => decoupled
            ? optim.AdamW([p], lr: 0.05, weight_decay: decay, amsgrad: amsgrad)
            : optim.Adam([p], lr: 0.05, weight_decay: decay, amsgrad: amsgrad);

        static Parameter Start() => nn.Parameter(arange(12, ScalarType.Float32).reshape(3, 4).cos());
    }

    [Fact]
    public void Groups_have_rates_of_their_own()
    {
        Parameter slow = nn.Parameter(zeros(1)), fast = nn.Parameter(zeros(1));
        using optim.Optimizer sgd = optim.SGD([new SGD.ParamGroup([slow], 0.1), new SGD.ParamGroup([fast], 10.0)], 1.0);
        slow.grad = ones(1);
        fast.grad = ones(1);
        sgd.step();
        Assert.Equal(-0.1f, slow.item<float>());
        Assert.Equal(-10f, fast.item<float>());
        foreach (optim.ILearningRateController group in sgd.ParamGroups)
            group.LearningRate = 0;
        sgd.step();
        Assert.Equal(-10f, fast.item<float>());
    }

    [Fact]
    public void A_group_without_options_takes_the_optimisers()
    {
        Parameter p = nn.Parameter(zeros(1));
        using Adam adam = optim.Adam([new Adam.ParamGroup { Parameters = [p] }], lr: 0.25, beta1: 0.5);
        Assert.Equal(0.25, adam.ParamGroups.Single().LearningRate);
        Assert.Equal((0.5, 0.999), adam.Betas);
        adam.Betas = (0.1, 0.2);
        Assert.Equal((0.1, 0.2), adam.Betas);
        Assert.Throws<ArgumentException>(() => adam.add_param_group(new Adam.ParamGroup { Parameters = [p] }));
    }

    [Fact]
    public void A_parameter_without_gradient_stays_as_it_is()
    {
        Parameter p = nn.Parameter(ones(2));
        using optim.Optimizer adam = optim.Adam([p], lr: 1);
        adam.step();
        Assert.Equal([1f, 1], p.data<float>().ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Training_resumed_from_a_state_is_training_that_never_stopped(bool adam)
    {
        Parameter whole = nn.Parameter(ones(3)), parted = nn.Parameter(ones(3));
        using OptimizerHelper straight = Make(whole), before = Make(parted);
        Steps(straight, whole, 6);
        Steps(before, parted, 3);
        using OptimizerHelper after = Make(parted);
        after.load_state_dict(before.state_dict());
        Steps(after, parted, 3);
        Assert.Equal(whole.data<float>().ToArray(), parted.data<float>().ToArray());

        OptimizerHelper Make(Parameter p) => adam ? optim.Adam([p], lr: 0.1) : optim.SGD([p], 0.1, momentum: 0.9);

        static void Steps(optim.Optimizer optimizer, Parameter p, int count)
        {
            for (int i = 0; i < count; i++)
            {
                optimizer.zero_grad();
                p.pow(2).sum().backward();
                optimizer.step();
            }
        }
    }

    [Fact]
    public void A_closure_is_run_with_grad_on_and_its_loss_returned()
    {
        Parameter p = nn.Parameter(tensor(2.0));
        using optim.Optimizer sgd = optim.SGD([p], 0.5);
        using IDisposable quiet = no_grad();
        Tensor? loss = sgd.step(() =>
        {
            Tensor value = p.pow(2);
            value.backward();
            return value;
        });
        Assert.Equal(4.0, loss!.item<double>());
        Assert.Equal(0.0, p.item<double>());
    }

    [Fact]
    public void Optimiser_state_outlives_the_scope_it_was_made_in()
    {
        using Parameter p = nn.Parameter(ones(1).DetachFromDisposeScope());
        optim.Optimizer adam;
        using (NewDisposeScope())
        {
            adam = optim.Adam([p], lr: 0.1);
            p.grad = ones(1);
            adam.step();
        }

        using (NewDisposeScope())
        {
            p.grad = ones(1);
            adam.step();
        }

        Assert.Equal(0.8f, p.item<float>(), 1e-5f);
        adam.Dispose();
    }

    [Fact]
    public void Values_outside_their_range_are_refused()
    {
        Parameter p = nn.Parameter(zeros(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => optim.Adam([p], lr: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => optim.Adam([p], beta1: 1));
        Assert.Throws<ArgumentException>(() => optim.SGD([p], 0.1, nesterov: true));
    }
}

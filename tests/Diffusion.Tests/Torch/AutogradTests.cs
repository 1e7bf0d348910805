using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Diffusion.Tests.Torch;

public sealed class AutogradTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Gradients_accumulate_until_dropped()
    {
        Tensor x = tensor(3.0, requires_grad: true);
        (x * x).backward();
        (x * x).backward();
        Assert.Equal(12.0, x.grad!.item<double>());
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void A_graph_serves_once_unless_retained()
    {
        Tensor x = tensor(2.0, requires_grad: true);
        Tensor y = x.pow(3);
        Assert.Equal(12.0, autograd.grad([y], [x], retain_graph: true)[0].item<double>());
        Assert.Equal(12.0, autograd.grad([y], [x])[0].item<double>());
        Assert.Throws<ExternalException>(() => autograd.grad([y], [x]));
    }

    [Fact]
    public void Third_derivatives_come_from_graphs_of_gradients()
    {
        Tensor x = tensor(2.0, requires_grad: true);
        Tensor first = autograd.grad([x.pow(4)], [x], create_graph: true)[0];
        Tensor second = autograd.grad([first], [x], create_graph: true)[0];
        Tensor third = autograd.grad([second], [x])[0];
        Assert.Equal([32.0, 48, 48], new[] { first, second, third }.Select(t => t.item<double>()));
    }

    [Fact]
    public void An_unused_input_fails_unless_allowed()
    {
        Tensor x = tensor(1.0, requires_grad: true), unused = tensor(1.0, requires_grad: true);
        Assert.Throws<ExternalException>(() => autograd.grad([x * 2.0], [x, unused]));
        IList<Tensor> found = autograd.grad([x * 2.0], [x, unused], allow_unused: true);
        Assert.Equal(2.0, found[0].item<double>());
        Assert.Null(found[1]);
    }

    [Fact]
    public void Backward_into_chosen_leaves_leaves_the_others_alone()
    {
        Tensor x = tensor(2.0, requires_grad: true), y = tensor(5.0, requires_grad: true);
        autograd.backward([x * y], inputs: [x]);
        Assert.Equal(5.0, x.grad!.item<double>());
        Assert.Null(y.grad);
    }

    [Fact]
    public void Without_grad_nothing_is_recorded_and_the_mode_before_returns()
    {
        Tensor x = ones(2, requires_grad: true);
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            Assert.False((x * 2.0).requires_grad);
            using (enable_grad())
                Assert.True((x * 2.0).requires_grad);
            Assert.False(is_grad_enabled());
        }

        Assert.True(is_grad_enabled());
        Assert.False(x.detach().requires_grad);
    }

    [Fact]
    public void Grad_mode_is_per_thread()
    {
        using IDisposable quiet = no_grad();
        Assert.False(is_grad_enabled());
        OtherThread.Run(() => Assert.True(is_grad_enabled()));
    }

    [Fact]
    public void Inference_tensors_take_no_part_in_autograd()
    {
        Tensor made;
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            made = ones(2) * 2.0;
        }

        Assert.False(is_inference_mode_enabled());
        Tensor x = ones(2, requires_grad: true);
        var error = Assert.Throws<ExternalException>(() => x.mul(made));
        Assert.Contains("Inference tensors cannot be saved for backward", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_gradient_of_an_inner_tensor_is_kept_when_asked()
    {
        Tensor x = tensor(2.0, requires_grad: true);
        Tensor inner = x * 3.0;
        inner.retain_grad();
        inner.pow(2).backward();
        Assert.False(inner.is_leaf);
        Assert.Equal(12.0, inner.grad!.item<double>());
    }

    [Fact]
    public void A_parameter_changed_by_the_optimiser_between_forward_and_backward_is_noticed()
    {
        Parameter weight = nn.Parameter(ones(3));
        using optim.Optimizer adam = optim.Adam([weight]);
        weight.grad = ones(3);
        Tensor loss = weight.pow(2).sum();
        adam.step();
        var error = Assert.Throws<ExternalException>(() => loss.backward());
        Assert.Contains("modified by an inplace operation", error.Message, StringComparison.Ordinal);
    }
}

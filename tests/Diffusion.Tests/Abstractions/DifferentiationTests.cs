using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Abstractions;

/// <summary>Gradients that are right, and mistakes that are exceptions: the package's own call would end the process.</summary>
public sealed class DifferentiationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Derivatives_of_derivatives_follow_one_another()
    {
        Tensor x = tensor(2.0, requires_grad: true);
        Tensor first = Differentiation.Gradient(x.pow(4), x, differentiable: true);
        Tensor second = Differentiation.Gradient(first, x, differentiable: true);
        Tensor third = Differentiation.Gradient(second, x);
        Assert.Equal([32.0, 48, 48], new[] { first, second, third }.Select(t => t.item<double>()));
    }

    [Fact]
    public void Two_gradients_through_one_graph_need_it_kept()
    {
        Tensor x = tensor(2.0, requires_grad: true);
        Tensor y = x.pow(3);
        Assert.Equal(12.0, Differentiation.Gradient(y, x, keepGraph: true).item<double>());
        Assert.Equal(12.0, Differentiation.Gradient(y, x).item<double>());
    }

    [Fact]
    public void Several_tensors_at_once()
    {
        Tensor x = tensor(2.0, requires_grad: true), y = tensor(5.0, requires_grad: true);
        Assert.Equal([5.0, 2], Differentiation.Gradients(x * y, [x, y]).Select(t => t.item<double>()));
    }

    [Fact]
    public void A_tensor_that_requires_no_gradient_is_an_exception()
    {
        Tensor x = ones(2, 3), leaf = ones(2, 3, requires_grad: true);
        var error = Assert.Throws<InvalidOperationException>(() => Differentiation.Gradient(leaf.sum(), x));
        Assert.Contains("shape (2, 3) needs that tensor to require one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_without_a_graph_is_an_exception()
    {
        Tensor x = ones(2, requires_grad: true);
        Tensor value;
        using (no_grad())
            value = x.sum();
        var error = Assert.Throws<InvalidOperationException>(() => Differentiation.Gradient(value, x));
        Assert.Contains("has no graph", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Differentiation.Gradient(x.sum().detach(), x));
    }

    [Fact]
    public void A_value_that_is_no_number_is_an_exception()
    {
        Tensor x = ones(2, requires_grad: true);
        var error = Assert.Throws<InvalidOperationException>(() => Differentiation.Gradient(x * 2.0, x));
        Assert.Contains("not of a tensor of shape (2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_does_not_depend_on_the_tensor_is_an_exception()
    {
        Tensor x = ones(2, requires_grad: true), unused = ones(4, requires_grad: true);
        var error = Assert.Throws<InvalidOperationException>(() => Differentiation.Gradients(x.sum(), [x, unused]));
        Assert.Contains("does not depend on the tensor of shape (4)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Under_no_grad_a_function_still_has_its_gradient()
    {
        using IDisposable quiet = no_grad();
        Tensor gradient = Differentiation.Gradient(x => x.square().sum(1), ones(3, 2, dtype: ScalarType.Float64));
        Assert.False(gradient.requires_grad);
        Assert.Equal(Enumerable.Repeat(2.0, 6), gradient.data<double>().ToArray());
    }
}

using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Derivatives by autograd. All code takes gradients here: the package's own call ends the process where it is given what it cannot differentiate.
/// </summary>
public static class Differentiation
{
    /// <summary>The gradient at every point of a function that gives each point of a batch a number. Shape of <paramref name="x"/>, (B, …).</summary>
    /// <remarks>
    /// Works where the caller records nothing (<c>no_grad</c>), as solvers do. Where the caller records, the gradient can be differentiated
    /// again: with respect to the function's parameters, and to whatever <paramref name="x"/> was made from. Not under <c>inference_mode</c>.
    /// </remarks>
    /// <param name="function">From (B, …) to (B); point by point, in operations that autograd can follow.</param>
    /// <param name="x">The points.</param>
    /// <exception cref="InvalidOperationException">The function's value does not depend on the points in a way that autograd can follow.</exception>
    public static Tensor Gradient(Func<Tensor, Tensor> function, Tensor x)
    {
        bool recorded = is_grad_enabled();
        using IDisposable recording = enable_grad();
        Tensor points = recorded && x.requires_grad ? x : x.detach().requires_grad_();
        return Gradient(function(points).sum(), points, differentiable: recorded);
    }

    /// <summary>The gradient of a number with respect to a tensor that it was computed from. Shape of <paramref name="of"/>.</summary>
    /// <param name="scalar">One number, computed from <paramref name="of"/> under autograd.</param>
    /// <param name="of">The tensor; it requires a gradient.</param>
    /// <param name="differentiable">Whether the gradient is differentiated again: then it has a graph of its own, and the scalar's stays.</param>
    /// <param name="keepGraph">Whether the scalar's graph stays for another gradient through it.</param>
    /// <exception cref="InvalidOperationException">The scalar has no graph, is not one number, or does not depend on the tensor.</exception>
    public static Tensor Gradient(Tensor scalar, Tensor of, bool differentiable = false, bool keepGraph = false) =>
        Gradients(scalar, [of], differentiable, keepGraph)[0];

    /// <summary>The gradients of a number with respect to several tensors that it was computed from, each in its tensor's shape.</summary>
    /// <inheritdoc cref="Gradient(Tensor, Tensor, bool, bool)" path="/param"/>
    /// <param name="of">The tensors; each requires a gradient.</param>
    /// <exception cref="InvalidOperationException">The scalar has no graph, is not one number, or does not depend on one of the tensors.</exception>
    public static IReadOnlyList<Tensor> Gradients(Tensor scalar, IReadOnlyList<Tensor> of, bool differentiable = false, bool keepGraph = false)
    {
        // An error inside the native call is not caught there and aborts the process, so that what can go wrong is asked before.
        if (scalar.numel() != 1)
            throw new InvalidOperationException(
                $"a gradient is taken of one number, not of a tensor of shape ({string.Join(", ", scalar.shape)}): sum it first");
        if (!scalar.requires_grad)
            throw new InvalidOperationException("a gradient needs a value that was computed under autograd from tensors that require a gradient; "
                + "this one has no graph (was it computed under no_grad, or detached?)");
        for (int i = 0; i < of.Count; i++)
        {
            if (!of[i].requires_grad)
                throw new InvalidOperationException(
                    $"a gradient with respect to a tensor of shape ({string.Join(", ", of[i].shape)}) needs that tensor to require one");
        }

        // The package frees the graph unless told, also where create_graph is true; Python keeps it then. A tensor that the value does not depend on
        // comes back without content instead of as an error.
        IList<Tensor> gradients = autograd.grad([scalar], [.. of], retain_graph: differentiable || keepGraph, create_graph: differentiable, allow_unused: true);
        for (int i = 0; i < of.Count; i++)
        {
            if (gradients[i].IsInvalid)
                throw new InvalidOperationException(
                    $"the value does not depend on the tensor of shape ({string.Join(", ", of[i].shape)}) that its gradient is taken with respect to");
        }

        return [.. gradients];
    }
}

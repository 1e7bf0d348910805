using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Derivatives by autograd, for code that is called both while training and while sampling.</summary>
public static class Differentiation
{
    /// <summary>The gradient at every point of a function that gives each point of a batch a number. Shape of <paramref name="x"/>, (B, …).</summary>
    /// <remarks>
    /// Works where the caller records nothing (<c>no_grad</c>), as solvers do. Where the caller records, the gradient can be differentiated
    /// again: with respect to the function's parameters, and to whatever <paramref name="x"/> was made from. Not under <c>inference_mode</c>.
    /// </remarks>
    /// <param name="function">From (B, …) to (B); point by point, in operations that autograd can follow.</param>
    /// <param name="x">The points.</param>
    public static Tensor Gradient(Func<Tensor, Tensor> function, Tensor x)
    {
        bool recorded = is_grad_enabled();
        using IDisposable recording = enable_grad();
        Tensor points = recorded && x.requires_grad ? x : x.detach().requires_grad_();
        // Said apart from create_graph, which frees the graph here where Python would keep it.
        return autograd.grad([function(points).sum()], [points], retain_graph: recorded, create_graph: recorded)[0];
    }
}

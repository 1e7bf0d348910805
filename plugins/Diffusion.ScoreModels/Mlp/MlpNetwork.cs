using TorchSharp.Modules;

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Diffusion.ScoreModels.Mlp;

/// <summary>A multilayer perceptron of a point and the features of its noise level, with SiLU between its layers.</summary>
/// <remarks>
/// The first layer acts on the point and on the features apart, h = W_x x + (W_e e + b), which is the layer that concatenates them. One row
/// of features then serves a batch of one level.
/// </remarks>
internal sealed class MlpNetwork : Module
{
    private readonly Linear _point;
    private readonly Linear _level;
    private readonly Linear[] _hidden;
    private readonly Linear _output;

    public MlpNetwork(long dimension, long features, long width, int layers, long outputs)
        : base(nameof(MlpNetwork))
    {
        _point = Linear(dimension, width, hasBias: false);
        _level = Linear(features, width);
        _hidden = [.. Enumerable.Range(1, layers - 1).Select(_ => Linear(width, width))];
        _output = Linear(width, outputs);
        register_module("point", _point);
        register_module("level", _level);
        register_module("hidden", nn.ModuleList(_hidden));
        register_module("output", _output);
    }

    /// <param name="x">Points, shape (B, D).</param>
    /// <param name="features">Features of their levels, shape (B, E), or (1, E) for all.</param>
    /// <returns>Shape (B, outputs).</returns>
    public Tensor Evaluate(Tensor x, Tensor features)
    {
        bool isRecorded = is_grad_enabled();
        Tensor h = functional.linear(x, _point.weight, _level.forward(features));
        foreach (Linear layer in _hidden)
            h = Next(layer, Activated(h, isRecorded), isRecorded);
        return Next(_output, Activated(h, isRecorded), isRecorded);
    }

    private static Tensor Activated(Tensor h, bool isRecorded) => isRecorded ? h.silu() : h.silu_();

    private static Tensor Next(Linear layer, Tensor h, bool isRecorded)
    {
        Tensor next = layer.forward(h);

        // The next layer's output then gets this one's memory while it is in the processor's cache.
        if (!isRecorded)
            h.Dispose();
        return next;
    }
}

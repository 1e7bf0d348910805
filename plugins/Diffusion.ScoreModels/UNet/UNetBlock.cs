using TorchSharp;
using TorchSharp.Modules;

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Diffusion.ScoreModels.UNet;

/// <summary>A residual block with the noise level as scale and shift, and self-attention where asked for.</summary>
internal sealed class UNetBlock : Module
{
    private const double Sum = 0.70710678118654752440;
    private const double Epsilon = 1e-6;

    // Blocks start as the identity nearly; at zero itself the other weights would have no gradient in the first step.
    private const double FirstScale = 1e-5;

    private readonly Resampling _resampling;
    private readonly GroupNorm _norm0;
    private readonly Conv2d _conv0;
    private readonly Linear _level;
    private readonly GroupNorm _norm1;
    private readonly Conv2d _conv1;
    private readonly Conv2d? _skip;
    private readonly GroupNorm? _attentionNorm;
    private readonly Conv2d? _queriesKeysValues;
    private readonly Conv2d? _projection;

    public UNetBlock(long inputs, long outputs, long features, Resampling resampling, bool attends)
        : base(nameof(UNetBlock))
    {
        _resampling = resampling;
        register_module("norm0", _norm0 = Norm(inputs));
        register_module("conv0", _conv0 = Conv2d(inputs, outputs, 3, padding: 1));
        register_module("level", _level = Linear(features, 2 * outputs));
        register_module("norm1", _norm1 = Norm(outputs));
        register_module("conv1", _conv1 = NearZero(Conv2d(outputs, outputs, 3, padding: 1)));
        if (inputs != outputs)
            register_module("skip", _skip = Conv2d(inputs, outputs, 1));
        if (attends)
        {
            register_module("attentionNorm", _attentionNorm = Norm(outputs));
            register_module("queriesKeysValues", _queriesKeysValues = Conv2d(outputs, 3 * outputs, 1));
            register_module("projection", _projection = NearZero(Conv2d(outputs, outputs, 1)));
        }
    }

    /// <summary>Group normalisation with at least four channels a group and at most 32 groups, where that divides the channels.</summary>
    public static GroupNorm Norm(long channels)
    {
        long groups = Math.Clamp(channels / 4, 1, 32);
        while (channels % groups != 0)
            groups--;
        GroupNorm norm = GroupNorm(groups, channels, Epsilon);
        using (no_grad())
        {
            norm.weight!.fill_(1);
            norm.bias!.zero_();
        }

        return norm;
    }

    /// <summary>A layer whose output is next to nothing at first.</summary>
    public static Conv2d NearZero(Conv2d layer)
    {
        using (no_grad())
        {
            layer.weight.mul_(FirstScale);
            layer.bias!.zero_();
        }

        return layer;
    }

    /// <param name="x">Shape (B, inputs, H, W).</param>
    /// <param name="features">Shape (B, features), or (1, features) for all.</param>
    /// <param name="dropout">What is dropped in training.</param>
    /// <returns>Shape (B, outputs, H′, W′).</returns>
    public Tensor Evaluate(Tensor x, Tensor features, DropoutMasks dropout)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] level = _level.forward(features).unsqueeze(-1).unsqueeze(-1).chunk(2, 1);
        Tensor h = _conv0.forward(Resampled(_norm0.forward(x).silu()));
        h = ((_norm1.forward(h) * (level[0] + 1)) + level[1]).silu();
        h = _conv1.forward(training ? dropout.Apply(h) : h);
        Tensor skip = Resampled(x);
        h = ((_skip?.forward(skip) ?? skip) + h) * Sum;
        return (_projection is null ? h : (Attended(h) + h) * Sum).MoveToOuterDisposeScope();
    }

    private Tensor Attended(Tensor h)
    {
        (long batch, long channels, long height, long width) = (h.shape[0], h.shape[1], h.shape[2], h.shape[3]);
        Tensor[] parts = _queriesKeysValues!.forward(_attentionNorm!.forward(h)).reshape(batch, 3, channels, height * width).unbind(1);
        // (B, query, key), then values of shape (B, C, key).
        Tensor weights = matmul(parts[0].transpose(1, 2) / Math.Sqrt(channels), parts[1]).softmax(-1);
        return _projection!.forward(matmul(parts[2], weights.transpose(1, 2)).reshape(batch, channels, height, width));
    }

    private Tensor Resampled(Tensor x) => _resampling switch
    {
        Resampling.Down => functional.avg_pool2d(x, 2),
        Resampling.Up => functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest),
        _ => x,
    };
}

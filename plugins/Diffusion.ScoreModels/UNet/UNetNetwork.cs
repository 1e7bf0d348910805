using TorchSharp;
using TorchSharp.Modules;

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Diffusion.ScoreModels.UNet;

/// <summary>The network of <see cref="UNetScoreModel"/>: an image and the features of its noise level to an image.</summary>
internal sealed class UNetNetwork : Module
{
    // Width of the features that blocks see, as a multiple of the channels.
    private const int FeatureMultiplier = 4;

    private readonly Linear _level0;
    private readonly Linear _level1;
    private readonly Conv2d _input;
    private readonly UNetBlock[] _down;
    private readonly UNetBlock[] _middle;
    private readonly UNetBlock[] _up;

    // Whether a block on the way up takes a skip connection; those that double the size do not.
    private readonly bool[] _joins;
    private readonly GroupNorm _norm;
    private readonly Conv2d _output;
    private readonly DropoutMasks _dropout;

    public UNetNetwork(UNetOptions options, long imageChannels, long height, long embedded)
        : base(nameof(UNetNetwork))
    {
        long features = FeatureMultiplier * options.Channels;
        _dropout = new(options.Dropout, (ulong)randint(0, int.MaxValue, 1, dtype: ScalarType.Int64).ToInt64());
        register_module("level0", _level0 = Linear(embedded, features));
        register_module("level1", _level1 = Linear(features, features));

        long channels = options.Multipliers[0] * options.Channels;
        Stack<long> skips = new([channels]);
        register_module("input", _input = Conv2d(imageChannels, channels, 3, padding: 1));
        List<UNetBlock> down = [];
        for (int level = 0; level < options.Multipliers.Length; level++)
        {
            if (level > 0)
                AddDown(channels, Resampling.Down, attends: false);
            for (int i = 0; i < options.Blocks; i++)
                AddDown(options.Multipliers[level] * options.Channels, Resampling.None, Attends(level));
        }

        _middle = [Block(channels, channels, Resampling.None, attends: true), Block(channels, channels, Resampling.None, attends: false)];
        List<UNetBlock> up = [];
        List<bool> joins = [];
        for (int level = options.Multipliers.Length - 1; level >= 0; level--)
        {
            if (level < options.Multipliers.Length - 1)
                AddUp(channels, channels, Resampling.Up, attends: false);
            // The last one takes what came into the level.
            for (int i = 0; i <= options.Blocks; i++)
                AddUp(channels + skips.Pop(), options.Multipliers[level] * options.Channels, Resampling.None, Attends(level) && i == options.Blocks);
        }

        (_down, _up, _joins) = ([.. down], [.. up], [.. joins]);
        register_module("down", nn.ModuleList(_down));
        register_module("middle", nn.ModuleList(_middle));
        register_module("up", nn.ModuleList(_up));
        register_module("norm", _norm = UNetBlock.Norm(channels));
        register_module("output", _output = UNetBlock.NearZero(Conv2d(channels, imageChannels, 3, padding: 1)));

        bool Attends(int level) => options.Attention.Contains((int)(height >> level));

        UNetBlock Block(long inputs, long outputs, Resampling resampling, bool attends) => new(inputs, outputs, features, resampling, attends);

        void AddDown(long outputs, Resampling resampling, bool attends)
        {
            down.Add(Block(channels, outputs, resampling, attends));
            skips.Push(channels = outputs);
        }

        void AddUp(long inputs, long outputs, Resampling resampling, bool attends)
        {
            up.Add(Block(inputs, outputs, resampling, attends));
            joins.Add(resampling == Resampling.None);
            channels = outputs;
        }
    }

    /// <param name="x">Images, shape (B, C, H, W).</param>
    /// <param name="embedded">Features of their levels, shape (B, E), or (1, E) for all.</param>
    /// <returns>Shape (B, C, H, W).</returns>
    public Tensor Evaluate(Tensor x, Tensor embedded)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = _level1.forward(_level0.forward(embedded).silu()).silu();
        Tensor h = _input.forward(x);
        Stack<Tensor> skips = new([h]);
        foreach (UNetBlock block in _down)
            skips.Push(h = block.Evaluate(h, features, _dropout));
        h = _middle[0].Evaluate(h, features, _dropout);
        h = Instead(h, _middle[1].Evaluate(h, features, _dropout));
        for (int i = 0; i < _up.Length; i++)
        {
            if (_joins[i])
            {
                using Tensor skip = skips.Pop();
                h = Instead(h, cat([h, skip], 1));
            }

            h = Instead(h, _up[i].Evaluate(h, features, _dropout));
        }

        return _output.forward(_norm.forward(h).silu()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _dropout.Dispose();
        base.Dispose(disposing);
    }

    // What no later layer needs is freed at once: activations are larger than weights.
    private static Tensor Instead(Tensor old, Tensor next)
    {
        old.Dispose();
        return next;
    }
}

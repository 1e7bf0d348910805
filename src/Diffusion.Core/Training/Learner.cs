using TorchSharp.Modules;

using static TorchSharp.torch;

namespace Diffusion.Core.Training;

/// <summary>What turns gradients into weights: clipping, the optimiser and the average of the weights.</summary>
internal abstract class Learner : IDisposable
{
    protected Learner(TrainingSettings settings) => Settings = settings;

    protected TrainingSettings Settings { get; }

    /// <summary>The one for the settings and for where the network's parameters lie.</summary>
    public static Learner Create(nn.Module network, TrainingSettings settings)
    {
        Parameter[] parameters = [.. network.parameters()];
        if (FusedAdam<float>.Serves(parameters, settings, ScalarType.Float32))
            return new FusedAdam<float>(parameters, settings);
        if (FusedAdam<double>.Serves(parameters, settings, ScalarType.Float64))
            return new FusedAdam<double>(parameters, settings);

        return new LibraryLearner(parameters, settings);
    }

    /// <summary>Makes a step along the gradients and clears them. A parameter that the loss did not reach stays as it is.</summary>
    /// <param name="step">Steps made before.</param>
    public abstract void Step(int step);

    /// <summary>Puts the average of the weights in their place, if one is kept.</summary>
    public abstract void UseAverage();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>
    /// The share of the new weights in the average. The decay warms up as (1 + n)/(10 + n), so that short runs do not average in the random start.
    /// </summary>
    protected double AverageShare(int step) => 1 - Math.Min(Settings.Ema, (1.0 + step) / (10.0 + step));
}

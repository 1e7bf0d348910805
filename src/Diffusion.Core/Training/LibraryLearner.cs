using TorchSharp.Modules;

using static TorchSharp.torch;

namespace Diffusion.Core.Training;

/// <summary>TorchSharp's optimisers, on any device.</summary>
internal sealed class LibraryLearner : Learner
{
    private readonly Parameter[] _parameters;
    private readonly optim.Optimizer _optimizer;
    private readonly Parameter[] _averaged;
    private readonly Tensor[] _averages;

    public LibraryLearner(Parameter[] parameters, TrainingSettings settings)
        : base(settings)
    {
        _parameters = parameters;
        _optimizer = settings.Optimizer switch
        {
            OptimizerKind.AdamW => optim.AdamW(parameters, settings.LearningRate, weight_decay: settings.WeightDecay),
            OptimizerKind.Sgd => optim.SGD(parameters, settings.LearningRate, momentum: 0.9, weight_decay: settings.WeightDecay),
            _ => optim.Adam(parameters, settings.LearningRate, weight_decay: settings.WeightDecay),
        };

        // The average of a number that never changes differs from it by rounding: what is not learnt has none.
        _averaged = settings.Ema > 0 ? [.. parameters.Where(parameter => parameter.requires_grad)] : [];
        using IDisposable withoutGradient = no_grad();
        _averages = [.. _averaged.Select(parameter => parameter.detach().clone().DetachFromDisposeScope())];
    }

    /// <inheritdoc/>
    public override void Step(int step)
    {
        if (Settings.GradientClip > 0)
            nn.utils.clip_grad_norm_(_parameters, Settings.GradientClip);
        _optimizer.step();
        _optimizer.zero_grad();
        double share = AverageShare(step);
        using IDisposable withoutGradient = no_grad();
        for (int i = 0; i < _averages.Length; i++)
            _averages[i].mul_(1 - share).add_(_averaged[i], alpha: share);
    }

    /// <inheritdoc/>
    public override void UseAverage()
    {
        using IDisposable withoutGradient = no_grad();
        for (int i = 0; i < _averages.Length; i++)
        {
            // Gradients are set to zero, not taken away: there is none where the loss never reached.
            using Tensor? gradient = _averaged[i].grad;
            if (gradient is not null)
                _averaged[i].copy_(_averages[i]);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _optimizer.Dispose();
        foreach (Tensor average in _averages)
            average.Dispose();
    }
}

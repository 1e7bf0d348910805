using System.Diagnostics;
using Diffusion.Core.Contracts;

using static TorchSharp.torch;

namespace Diffusion.Core.Sampling;

/// <summary>The denoiser that a solver sees: counts calls and remembers the last few.</summary>
internal sealed class EvaluationRecorder(IDenoiser denoiser, int historyLength) : IDenoiser
{
    private readonly List<Evaluation> _history = [];
    private long _ticks;

    /// <summary>Calls.</summary>
    public int Count { get; private set; }

    /// <summary>Samples evaluated, all calls together.</summary>
    public long Samples { get; private set; }

    /// <summary>Time within the calls.</summary>
    public TimeSpan Time => Stopwatch.GetElapsedTime(0, _ticks);

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Evaluation> History => _history;

    public Prediction Predict(Tensor x, NoiseLevels levels)
    {
        Count++;
        Samples += x.size(0);
        long begin = Stopwatch.GetTimestamp();
        Prediction prediction = Returned.Predict(denoiser, x, levels);
        _ticks += Stopwatch.GetTimestamp() - begin;
        if (historyLength > 0 && levels.IsUniform)
        {
            _history.Insert(0, new Evaluation(levels[0], prediction));
            if (_history.Count > historyLength)
                _history.RemoveAt(historyLength);
        }

        return prediction;
    }
}

using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// One evaluation of a denoiser at (x_t, level), readable as data, noise, score, v or velocity. No solver asks what the network emits.
/// </summary>
/// <remarks>
/// All conversions are Tweedie's formula, D = E[x_0 | x_t] and ε̂ = (x − α D)/σ. Tensors have the state's shape (B, …) and are computed
/// once on first use; they belong to the dispose scope open at that moment.
/// </remarks>
public sealed class Prediction
{
    private Tensor? _data;
    private Tensor? _noise;

    /// <param name="kind">What <paramref name="value"/> stands for.</param>
    /// <param name="value">The denoiser's output, shape of <paramref name="state"/>.</param>
    /// <param name="state">x_t, the point of evaluation, shape (B, …).</param>
    /// <param name="levels">The noise levels of the batch.</param>
    public Prediction(PredictionKind kind, Tensor value, Tensor state, NoiseLevels levels)
    {
        Kind = kind;
        Value = value;
        State = state;
        Levels = levels;
        if (kind == PredictionKind.Data)
            _data = value;
        else if (kind == PredictionKind.Noise)
            _noise = value;
    }

    /// <summary>What <see cref="Value"/> stands for.</summary>
    public PredictionKind Kind { get; }

    /// <summary>The denoiser's output as it came, shape (B, …).</summary>
    public Tensor Value { get; }

    /// <summary>x_t, the point of evaluation, shape (B, …).</summary>
    public Tensor State { get; }

    /// <summary>The levels of evaluation.</summary>
    public NoiseLevels Levels { get; }

    /// <summary>D = E[x_0 | x_t], the denoised estimate.</summary>
    public Tensor X0 => _data ??= Kind switch
    {
        PredictionKind.Score => Levels.Combine(l => 1 / l.Alpha, State, l => l.Sigma * l.Sigma / l.Alpha, Value),
        PredictionKind.V => Levels.Combine(l => l.Alpha / SquaredNorm(l), State, l => -l.Sigma / SquaredNorm(l), Value),
        _ => Levels.Combine(l => 1 / l.Alpha, State, l => -l.Sigma / l.Alpha, Value),
    };

    /// <summary>ε̂ = (x − α D)/σ, the predicted noise.</summary>
    public Tensor Epsilon => _noise ??= Kind switch
    {
        PredictionKind.Score => Levels.Scale(l => -l.Sigma, Value),
        PredictionKind.V => Levels.Combine(l => l.Sigma / SquaredNorm(l), State, l => l.Alpha / SquaredNorm(l), Value),
        _ => Levels.Combine(l => 1 / l.Sigma, State, l => -l.Alpha / l.Sigma, Value),
    };

    /// <summary>s = ∇ log p_t(x) = −ε̂/σ. A fresh tensor unless the denoiser emitted the score itself.</summary>
    public Tensor Score => Kind == PredictionKind.Score ? Value : Levels.Scale(l => -1 / l.Sigma, Epsilon);

    /// <summary>v = α ε̂ − σ D. A fresh tensor unless the denoiser emitted v itself.</summary>
    public Tensor V => Kind == PredictionKind.V ? Value : Levels.Combine(l => l.Alpha, Epsilon, l => -l.Sigma, X0);

    /// <summary>The tensors that must outlive a step when the evaluation is kept in a history.</summary>
    public IEnumerable<Tensor> Tensors
    {
        get
        {
            yield return State;
            yield return Value;
            if (_data is not null && !ReferenceEquals(_data, Value))
                yield return _data;
            if (_noise is not null && !ReferenceEquals(_noise, Value))
                yield return _noise;
        }
    }

    /// <summary>
    /// u = α′ D + σ′ ε̂ = f x − ½ g² s, the velocity of the probability-flow ODE (flow matching's target), per unit of the schedule's time.
    /// </summary>
    public Tensor Velocity(NoiseSchedule schedule) =>
        Levels.Combine(l => schedule.AlphaRate(l.T), X0, l => schedule.SigmaRate(l.T), Epsilon);

    private static double SquaredNorm(NoiseLevel level) => (level.Alpha * level.Alpha) + (level.Sigma * level.Sigma);
}

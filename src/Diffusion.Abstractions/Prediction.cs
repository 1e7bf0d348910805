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
    public Tensor X0 => _data ??= Levels.Combine(Data, State, Value);

    /// <summary>ε̂ = (x − α D)/σ, the predicted noise.</summary>
    public Tensor Epsilon => _noise ??= Levels.Combine(Noise, State, Value);

    /// <summary>s = ∇ log p_t(x) = −ε̂/σ. A fresh tensor unless the denoiser emitted the score itself.</summary>
    public Tensor Score => Kind == PredictionKind.Score ? Value : Levels.Scale(l => -1 / l.Sigma, Epsilon);

    /// <summary>v = α ε̂ − σ D. A fresh tensor unless the denoiser emitted v itself.</summary>
    public Tensor V => Kind == PredictionKind.V ? Value : Combine(_ => 0, l => -l.Sigma, l => l.Alpha);

    /// <summary>u = ε̂ − D, the velocity of the straight path. A fresh tensor unless the denoiser emitted it itself.</summary>
    public Tensor RectifiedVelocity => Kind == PredictionKind.Velocity ? Value : Combine(_ => 0, _ => -1, _ => 1);

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
    public Tensor Velocity(NoiseSchedule schedule) => Combine(_ => 0, l => schedule.AlphaRate(l.T), l => schedule.SigmaRate(l.T));

    /// <summary>The prediction behind a velocity of some path, u = α′ D + σ′ ε̂: what a flow-matching network trained along it emits.</summary>
    /// <remarks>
    /// As the velocity of the straight path, <code>ε̂ − D = ((α + σ) u − (α′ + σ′) x)/(α σ′ − α′ σ)</code>
    /// whose denominator is positive wherever the signal-to-noise ratio falls. On the straight path itself it is 1 and u is left as it is.
    /// </remarks>
    /// <param name="velocity">u, per unit of the schedule's time, shape of <paramref name="state"/>.</param>
    /// <param name="state">x_t, shape (B, …).</param>
    /// <param name="levels">The levels of the batch.</param>
    /// <param name="schedule">The path.</param>
    public static Prediction FromVelocity(Tensor velocity, Tensor state, NoiseLevels levels, NoiseSchedule schedule)
    {
        Tensor straight = levels.Combine(
            l => -(schedule.AlphaRate(l.T) + schedule.SigmaRate(l.T)) / Determinant(l),
            state,
            l => (l.Alpha + l.Sigma) / Determinant(l),
            velocity);
        return new(PredictionKind.Velocity, straight, state, levels);

        double Determinant(NoiseLevel l) => (l.Alpha * schedule.SigmaRate(l.T)) - (schedule.AlphaRate(l.T) * l.Sigma);
    }

    /// <summary>The prediction behind an energy: the score s = −∇_x E(x, t) of the density exp(−E), by autograd.</summary>
    /// <param name="energy">E: from points (B, …) to (B), point by point and differentiable.</param>
    /// <param name="state">x_t, shape (B, …).</param>
    /// <param name="levels">The levels of the batch.</param>
    public static Prediction FromEnergy(Func<Tensor, Tensor> energy, Tensor state, NoiseLevels levels) =>
        new(PredictionKind.Score, Differentiation.Gradient(energy, state).neg(), state, levels);

    /// <summary>
    /// a x + b D + c ε̂ with coefficients from each level, as one combination of state and value: neither estimate is formed, and the
    /// coefficients meet in float64. A fresh tensor, shape of the state.
    /// </summary>
    public Tensor Combine(Func<NoiseLevel, double> ofState, Func<NoiseLevel, double> ofData, Func<NoiseLevel, double> ofNoise) =>
        Levels.Combine(
            l =>
            {
                (double data, double noise) = (ofData(l), ofNoise(l));
                ((double OfState, double OfValue) d, (double OfState, double OfValue) e) = (Data(l), Noise(l));
                return (ofState(l) + Times(data, d.OfState) + Times(noise, e.OfState), Times(data, d.OfValue) + Times(noise, e.OfValue));
            },
            State,
            Value);

    /// <summary>D as a combination of state and value.</summary>
    private (double OfState, double OfValue) Data(NoiseLevel l) => Kind switch
    {
        PredictionKind.Data => (0, 1),
        PredictionKind.Score => (1 / l.Alpha, l.Sigma * l.Sigma / l.Alpha),
        PredictionKind.V => (l.Alpha / SquaredNorm(l), -l.Sigma / SquaredNorm(l)),
        PredictionKind.Velocity => (1 / (l.Alpha + l.Sigma), -l.Sigma / (l.Alpha + l.Sigma)),
        _ => (1 / l.Alpha, -l.Sigma / l.Alpha),
    };

    /// <summary>ε̂ as a combination of state and value.</summary>
    private (double OfState, double OfValue) Noise(NoiseLevel l) => Kind switch
    {
        PredictionKind.Noise => (0, 1),
        PredictionKind.Score => (0, -l.Sigma),
        PredictionKind.V => (l.Sigma / SquaredNorm(l), l.Alpha / SquaredNorm(l)),
        PredictionKind.Velocity => (1 / (l.Alpha + l.Sigma), l.Alpha / (l.Alpha + l.Sigma)),
        _ => (1 / l.Sigma, -l.Alpha / l.Sigma),
    };

    // Nothing of an estimate is nothing, also where the estimate has no bound (D at α = 0, ε̂ at σ = 0).
    private static double Times(double share, double coefficient) => share == 0 ? 0 : share * coefficient;

    private static double SquaredNorm(NoiseLevel level) => (level.Alpha * level.Alpha) + (level.Sigma * level.Sigma);
}

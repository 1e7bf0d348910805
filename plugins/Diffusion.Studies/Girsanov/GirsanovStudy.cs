using Diffusion.Studies.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Diffusion.Studies.Girsanov;

/// <summary>A score that is wrong by a known amount: the exact KL of what it samples, beside Girsanov's bound.</summary>
/// <remarks>
/// With the score s + e the reverse SDE has the drift −f x + g² (s + e), the probability-flow ODE −f x + ½ g² (s + e), in reversed time. For a Gaussian target
/// and e = a(t) + B(t) x the law of both stays Gaussian, and its mean and covariance solve ordinary equations:
/// <code>
/// dm = [−f m + g² (−C_t⁻¹ (m − m_t) + a + B m)],   dΣ = A Σ + Σ Aᵀ + g² I,   A = −f − g² C_t⁻¹ + g² B
/// </code>
/// <c>bound</c> is KL(p_T ‖ π) + ½ ∫ g² E‖e‖² dt with the mean over the exact p_t, and <c>kl</c>, KL(p_0 ‖ q_0) of the SDE's output, is at most that.
/// <c>ode-kl</c> is that of the ODE's, for which the bound does not hold. Errors of values are those of the Runge-Kutta method, by half as many steps.
/// </remarks>
/// <param name="options">Its options.</param>
[Component(ComponentKind.Study, "girsanov", "The exact KL of samples drawn with a wrong score, beside Girsanov's bound.",
    Reference = "Song et al. 2021, Maximum likelihood training of score-based diffusion models, Theorem 1; Girsanov 1960")]
[StudyParts(StudyParts.Schedule, Optional = StudyParts.Data)]
public class GirsanovStudy(GirsanovOptions options) : IStudy
{
    private const int CurvePoints = 60;

    /// <inheritdoc/>
    public string? Objection(StudySetting setting)
    {
        NoiseSchedule schedule = setting.Schedule!;
        if (setting.Data is { } data && data.Description.Mixture is not { Components.Count: 1 })
            return $"needs a target that is one Gaussian, and '{data.Description.Name}' is not: leave 'data' out for N(0, I)";
        if (options.Shape == ScoreErrorShape.Rotation && DimensionOf(setting) < 2)
            return "turns pairs of axes, and the target has one: another 'shape', or more dimensions";
        if (options.Until > schedule.Horizon)
            return FormattableString.Invariant($"has a score that is wrong until t = {options.Until:R}, and the process ends at {schedule.Horizon:R}");
        foreach (double t in new[] { 0, schedule.Horizon })
        {
            if (!double.IsFinite(schedule.Drift(t)) || !double.IsFinite(schedule.DiffusionSquared(t)))
                return FormattableString.Invariant($"needs finite coefficients, and those of the process are not at t = {t:R}: another 'schedule'");
        }

        return null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(StudySetting setting) => options.Shape == ScoreErrorShape.Random
        ? [DeclaredValue.Computed("largest-ratio"), DeclaredValue.Computed("violations")]
        : [DeclaredValue.Computed("kl"), DeclaredValue.Computed("ode-kl"), DeclaredValue.Computed("bound"), DeclaredValue.Computed("initial-kl"),
            .. options.Size > 0 ? [DeclaredValue.Computed("ratio")] : Array.Empty<DeclaredValue>()];

    /// <inheritdoc/>
    public StudyResult Run(StudyContext context)
    {
        NoiseSchedule schedule = context.Schedule!;
        GaussianLaw target = Target(context);
        int dimension = target.Mean.Count;
        if (options.Shape != ScoreErrorShape.Random)
            return Single(context, target, AffineScoreError.FromShape(options.Shape, options.Size, dimension));

        StudyDraws draws = new(context.Randomness);
        double largest = 0, rounding = 0;
        int violations = 0;
        double[] kls = new double[options.Draws], bounds = new double[options.Draws];
        for (int draw = 0; draw < options.Draws; draw++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            // Sizes from far below to the full one.
            double size = options.Size * (draw + 1) / options.Draws;
            var error = AffineScoreError.AtRandom(draws.Normal(draw, AffineScoreError.NumbersOf(dimension)), size, dimension, schedule.Horizon);
            Outcome fine = Solve(schedule, target, error, options.Steps, context.Cancellation);
            (kls[draw], bounds[draw]) = (fine.Kl, fine.Bound);
            double ratio = fine.Kl / fine.Bound;
            if (ratio > largest)
            {
                Outcome coarse = Solve(schedule, target, error, options.Steps / 2, context.Cancellation);
                (largest, rounding) = (ratio, Math.Abs(ratio - (coarse.Kl / coarse.Bound)));
            }

            violations += fine.Kl > fine.Bound ? 1 : 0;
        }

        int[] order = [.. Enumerable.Range(0, options.Draws).OrderBy(draw => bounds[draw])];
        return new([
            new("largest-ratio", largest, rounding + 1e-12, options.Draws) { ErrorKind = MetricErrorKind.Quadrature },
            ComputedValue.Exact("violations", violations),
        ])
        {
            Curves = [new("random-scores", "Girsanov's bound, nats", "KL, nats", [.. order.Select(draw => bounds[draw])], [
                new("KL of the SDE's output", [.. order.Select(draw => kls[draw])]),
                new("bound", [.. order.Select(draw => bounds[draw])]) { IsReference = true },
            ]) { IsLogX = true, IsLogY = true }],
        };
    }

    /// <summary>What a wrong score adds to the KL of paths per unit of time.</summary>
    /// <param name="diffusionSquared">g².</param>
    /// <param name="meanSquare">E‖e‖².</param>
    protected virtual double PathRate(double diffusionSquared, double meanSquare) => 0.5 * diffusionSquared * meanSquare;

    /// <summary>How much of the score the reverse SDE's drift has: g².</summary>
    /// <param name="diffusionSquared">g².</param>
    protected virtual double ScoreFactor(double diffusionSquared) => diffusionSquared;

    private int DimensionOf(StudySetting setting) => setting.Data?.Description.Mixture?.Dimension ?? options.Dimension;

    private GaussianLaw Target(StudySetting setting)
    {
        if (setting.Data is { } data)
        {
            GaussianComponent only = data.Description.Mixture!.Components[0];
            return new(Vector<double>.Build.DenseOfEnumerable(only.Mean), Matrix<double>.Build.DenseOfArray(only.Covariance));
        }

        return new(Vector<double>.Build.Dense(options.Dimension), Matrix<double>.Build.DenseIdentity(options.Dimension));
    }

    private StudyResult Single(StudyContext context, GaussianLaw target, AffineScoreError error)
    {
        Outcome fine = Solve(context.Schedule!, target, error, options.Steps, context.Cancellation);
        Outcome coarse = Solve(context.Schedule!, target, error, options.Steps / 2, context.Cancellation);
        return new([
            Value("kl", run => run.Kl),
            Value("ode-kl", run => run.OdeKl),
            Value("bound", run => run.Bound),
            Value("initial-kl", run => run.InitialKl),
            .. options.Size > 0 ? [Value("ratio", run => run.Kl / run.Bound) with { Goal = MetricGoal.Near(1) }] : Array.Empty<MetricValue>(),
        ])
        {
            Curves = [new("kl-along-the-way", "time that is left, t", "nats", [.. fine.Way.Select(point => point.Time)], [
                new("KL of the SDE's law", [.. fine.Way.Select(point => point.Kl)]),
                new("KL of the ODE's law", [.. fine.Way.Select(point => point.OdeKl)]),
                new("bound", [.. fine.Way.Select(point => point.Bound)]) { IsReference = true },
            ])],
        };

        MetricValue Value(string name, Func<Outcome, double> find) =>
            new(name, find(fine), Math.Abs(find(fine) - find(coarse)) + 1e-13, 1) { ErrorKind = MetricErrorKind.Quadrature };
    }

    private sealed record Outcome(
        double Kl, double OdeKl, double Bound, double InitialKl, IReadOnlyList<(double Time, double Kl, double OdeKl, double Bound)> Way);

    // Mean and covariance of both laws, and what the bound has so far.
    private sealed record State(Vector<double> Mean, Matrix<double> Covariance, Vector<double> OdeMean, Matrix<double> OdeCovariance, double Bound)
    {
        public State Plus(State rate, double h) => new(
            Mean + (h * rate.Mean), Covariance + (h * rate.Covariance), OdeMean + (h * rate.OdeMean), OdeCovariance + (h * rate.OdeCovariance),
            Bound + (h * rate.Bound));
    }

    private Outcome Solve(NoiseSchedule schedule, GaussianLaw target, AffineScoreError error, int steps, CancellationToken cancellation)
    {
        double horizon = schedule.Horizon, h = horizon / steps;
        NoiseLevel noisiest = schedule.At(horizon);
        GaussianLaw first = target.At(noisiest);
        GaussianLaw start = options.Start == StartLaw.Exact
            ? first
            : new(0 * first.Mean, noisiest.Sigma * noisiest.Sigma * Matrix<double>.Build.DenseIdentity(first.Mean.Count));
        double initial = options.Start == StartLaw.Exact ? 0 : first.KullbackLeibler(start);
        State state = new(start.Mean, start.Covariance, start.Mean, start.Covariance, initial);
        List<(double, double, double, double)> way = [Point(horizon, state)];
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            double t = horizon - (step * h), middle = t - (0.5 * h), end = Math.Max(t - h, 0);
            State k1 = Rate(schedule, target, error, t, state), k2 = Rate(schedule, target, error, middle, state.Plus(k1, 0.5 * h));
            State k3 = Rate(schedule, target, error, middle, state.Plus(k2, 0.5 * h)), k4 = Rate(schedule, target, error, end, state.Plus(k3, h));
            state = state.Plus(k1, h / 6).Plus(k2, h / 3).Plus(k3, h / 3).Plus(k4, h / 6);
            if ((step + 1) % Math.Max(1, steps / CurvePoints) == 0 || step == steps - 1)
                way.Add(Point(step == steps - 1 ? 0 : end, state));
        }

        (double _, double kl, double odeKl, double bound) = way[^1];
        way.Reverse();
        return new(kl, odeKl, bound, initial, way);

        (double, double, double, double) Point(double t, State at)
        {
            GaussianLaw exact = target.At(schedule.At(t));
            return (t, exact.KullbackLeibler(new(at.Mean, at.Covariance)), exact.KullbackLeibler(new(at.OdeMean, at.OdeCovariance)), at.Bound);
        }
    }

    // d/dτ, τ = T − t.
    private State Rate(NoiseSchedule schedule, GaussianLaw target, AffineScoreError error, double t, State state)
    {
        double f = schedule.Drift(t), g2 = schedule.DiffusionSquared(t);
        GaussianLaw law = target.At(schedule.At(t));
        Matrix<double> precision = law.Covariance.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(law.Mean.Count));
        bool isWrong = t >= options.From && t <= (options.Until ?? schedule.Horizon);
        Matrix<double> slope = isWrong ? error.Slope(t) - precision : -precision;
        Vector<double> offset = (isWrong ? error.Offset(t) : 0 * law.Mean) + (precision * law.Mean);
        (Vector<double> mean, Matrix<double> covariance) = Moments(ScoreFactor(g2), state.Mean, state.Covariance, g2);
        (Vector<double> odeMean, Matrix<double> odeCovariance) = Moments(0.5 * g2, state.OdeMean, state.OdeCovariance, 0);
        return new(mean, covariance, odeMean, odeCovariance, isWrong ? PathRate(g2, error.MeanSquare(t, law)) : 0);

        (Vector<double> Mean, Matrix<double> Covariance) Moments(double factor, Vector<double> m, Matrix<double> c, double noise)
        {
            Matrix<double> a = (factor * slope) - (f * Matrix<double>.Build.DenseIdentity(m.Count));
            return (
                (a * m) + (factor * offset),
                (a * c) + (c * a.Transpose()) + (noise * Matrix<double>.Build.DenseIdentity(m.Count)));
        }
    }
}

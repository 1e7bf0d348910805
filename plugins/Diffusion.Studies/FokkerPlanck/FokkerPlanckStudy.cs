using Diffusion.Studies.Numerics;

namespace Diffusion.Studies.FokkerPlanck;

/// <summary>Solves the Fokker-Planck equation on a mesh and compares the density with its closed form.</summary>
/// <remarks>
/// Forward, ∂p/∂t = −∇·(f x p) + ½ g² ∇²p from p_0; in reverse the equation of the reversed process, whose drift is −f x + g² ∇ log p_t, from p_T. For data
/// that are a Gaussian mixture p_t is known, and so is its score. <c>density-error</c> is the largest ∫ |p − p_t| dx over the kept times, <c>mass-error</c> the
/// largest change of ∫ p dx, <c>minimum-density</c> the smallest average over a cell at any time.
/// </remarks>
/// <param name="options">Its options.</param>
[Component(ComponentKind.Study, "fokker-planck", "The density by a conservative finite-volume scheme in one or two dimensions, beside its closed form.",
    Reference = "Fokker-Planck equation; Anderson 1982; Scharfetter & Gummel 1969 for the fluxes")]
[StudyParts(StudyParts.Data | StudyParts.Schedule)]
public class FokkerPlanckStudy(FokkerPlanckOptions options) : IStudy
{
    private const int LargestDimension = 2;
    private const long MostWork = 20_000_000_000;
    private const double Safety = 0.9;

    // Beyond nine standard deviations lies less than 1e-18 of a normal law.
    private const double Deviations = 9;
    private const int Kept = 8;

    /// <inheritdoc/>
    public string? Objection(StudySetting setting)
    {
        if (setting.Data!.Description is not { Mixture: { } mixture, Name: var name })
            return $"needs data whose density is known, a Gaussian mixture, and that of '{setting.Data.Description.Name}' is not";
        if (mixture.Dimension > LargestDimension)
            return $"solves the equation on a mesh, in one or two dimensions, and '{name}' has {mixture.Dimension}";
        double until = Until(setting.Schedule!);
        if (until > setting.Schedule!.Horizon)
            return FormattableString.Invariant($"ends at t = {until:R}, and the process ends at {setting.Schedule.Horizon:R}");
        if (until <= options.From)
            return FormattableString.Invariant($"begins at t = {options.From:R}, and the process ends at {until:R}");
        Equation equation = new(this, mixture, setting.Schedule, options.Cells);
        foreach (double t in new[] { options.From, until })
        {
            if (!double.IsFinite(equation.Rate(t)))
                return FormattableString.Invariant($"needs finite coefficients, and those of the process are not at t = {t:R}: ")
                    + "state an earlier 'until' or a later 'from'";
        }

        if (options.Steps is { } steps)
        {
            double step = (until - options.From) / steps, worst = 0, at = options.From;
            // The rate changes slowly between a few hundred places.
            for (int i = 0; i <= 400; i++)
            {
                double t = options.From + (i * (until - options.From) / 400);
                if (equation.Rate(t) is var rate && rate > worst)
                    (worst, at) = (rate, t);
            }

            if (step * worst > 1)
                return FormattableString.Invariant($"is unstable with {steps} steps: at t = {at:g4} a step would move {step * worst:g3} ")
                    + FormattableString.Invariant($"times what a cell holds; {Math.Ceiling(1.02 * worst * (until - options.From))} steps are enough, or fewer ")
                    + "'cells', or no 'steps' at all";
        }

        double work = (options.Steps ?? Steps(equation, until)) * (double)equation.Mesh.Count * mixture.Components.Count;
        return work > MostWork
            ? FormattableString.Invariant($"would take {work:e1} updates of cells, and at most {MostWork:e1} are reasonable: lower 'cells'")
            : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(StudySetting setting) =>
        [DeclaredValue.Computed("density-error"), DeclaredValue.Computed("mass-error"), DeclaredValue.Computed("minimum-density")];

    /// <inheritdoc/>
    public StudyResult Run(StudyContext context)
    {
        NoiseSchedule schedule = context.Schedule!;
        GaussianMixture mixture = context.Data!.Description.Mixture!;
        double until = Until(schedule);
        Equation equation = new(this, mixture, schedule, options.Cells);
        FiniteVolumeMesh mesh = equation.Mesh;
        double[] density = equation.Exact(options.Direction == FokkerPlanckDirection.Forward ? options.From : until);
        double mass = mesh.Volume * density.Sum();
        double length = until - options.From, clock = 0, densityError = 0, massError = 0, smallest = density.Min();
        List<(double Time, double[] Density, double[] Exact)> kept = [(equation.ProcessTime(0), [.. density], density)];
        for (int part = 1; part <= Kept; part++)
        {
            double end = part * length / Kept;
            while (clock < end)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                double step = options.Steps is { } steps ? length / steps : Step(equation, clock);
                // The last step ends where the density is kept, without one that is all rounding.
                double left = end - clock;
                step = left < 1.000001 * step ? left : left < 2 * step ? 0.5 * left : step;
                equation.Advance(density, clock, step);
                clock = left == step ? end : clock + step;
                smallest = Math.Min(smallest, density.Min());
                massError = Math.Max(massError, Math.Abs((mesh.Volume * density.Sum()) - mass));
            }

            double[] exact = equation.Exact(equation.ProcessTime(end));
            densityError = Math.Max(densityError, mesh.Volume * density.Zip(exact, (one, other) => Math.Abs(one - other)).Sum());
            kept.Add((equation.ProcessTime(end), [.. density], exact));
        }

        return new([
            ComputedValue.Exact("density-error", densityError),
            ComputedValue.Exact("mass-error", massError),
            ComputedValue.Exact("minimum-density", smallest, Math.Abs(smallest)) with { Goal = new MetricGoal(MetricDirection.Larger) },
        ])
        {
            Curves = mesh.Dimension == 1 ? [Densities(mesh, kept)] : [],
            Fields = mesh.Dimension == 1 ? [Evolution(mesh, kept)] : [Final(mesh, kept[^1].Density)],
        };
    }

    /// <summary>The drift of the equation's process in its own time.</summary>
    /// <param name="schedule">The noising process.</param>
    /// <param name="t">Time of the noising process.</param>
    /// <param name="x">The point, D numbers.</param>
    /// <param name="score">Writes ∇ log p_t; asked for where the drift has it.</param>
    /// <param name="drift">Receives the drift, D numbers.</param>
    protected virtual void Drift(NoiseSchedule schedule, double t, double[] x, Action<double[]> score, double[] drift)
    {
        double f = schedule.Drift(t);
        if (options.Direction == FokkerPlanckDirection.Forward)
        {
            for (int i = 0; i < x.Length; i++)
                drift[i] = f * x[i];
            return;
        }

        score(drift);
        double g2 = schedule.DiffusionSquared(t);
        for (int i = 0; i < x.Length; i++)
            drift[i] = (g2 * drift[i]) - (f * x[i]);
    }

    /// <summary>g² of the equation's process.</summary>
    /// <param name="schedule">The noising process.</param>
    /// <param name="t">Time of the noising process.</param>
    protected virtual double DiffusionSquared(NoiseSchedule schedule, double t) => schedule.DiffusionSquared(t);

    /// <summary>Carries the density over a step, in place.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="schedule">The noising process.</param>
    /// <param name="density">Averages over the cells.</param>
    /// <param name="clock">The equation's own time, which runs from 0 whichever way the process goes.</param>
    /// <param name="step">How far.</param>
    protected virtual void Advance(FiniteVolumeScheme scheme, NoiseSchedule schedule, double[] density, double clock, double step) =>
        scheme.Step(density, clock, step);

    private double Until(NoiseSchedule schedule) => options.Until ?? schedule.Horizon;

    // As long as both ends of the step allow.
    private static double Step(Equation equation, double clock)
    {
        double step = Safety / equation.RateAt(clock);
        return Math.Min(step, Safety / equation.RateAt(clock + step));
    }

    private double Steps(Equation equation, double until)
    {
        const int places = 50;
        double length = until - options.From, sum = 0;
        for (int i = 0; i < places; i++)
            sum += equation.RateAt((i + 0.5) * length / places) / Safety * length / places;
        return sum;
    }

    private static StudyCurve Densities(FiniteVolumeMesh mesh, List<(double Time, double[] Density, double[] Exact)> kept) => new(
        "densities", "x", "density", mesh.Centres(0), [.. new[] { 0, kept.Count / 4, kept.Count / 2, kept.Count - 1 }.Distinct().SelectMany(i => new[]
        {
            new StudySeries(FormattableString.Invariant($"mesh, t = {kept[i].Time:g3}"), kept[i].Density),
            new StudySeries(FormattableString.Invariant($"closed form, t = {kept[i].Time:g3}"), kept[i].Exact) { IsReference = true },
        })]);

    private static StudyField Evolution(FiniteVolumeMesh mesh, List<(double Time, double[] Density, double[] Exact)> kept)
    {
        (double Time, double[] Density, double[] Exact)[] rows = [.. kept.OrderBy(row => row.Time)];
        double[,] values = new double[rows.Length, mesh.Cells];
        for (int row = 0; row < rows.Length; row++)
        {
            for (int cell = 0; cell < mesh.Cells; cell++)
                values[row, cell] = rows[row].Density[cell];
        }

        return new("evolution", "x", "t", mesh.Centres(0), [.. rows.Select(row => row.Time)], values);
    }

    private static StudyField Final(FiniteVolumeMesh mesh, double[] density)
    {
        double[,] values = new double[mesh.Cells, mesh.Cells];
        for (int cell = 0; cell < density.Length; cell++)
            values[cell / mesh.Cells, cell % mesh.Cells] = density[cell];
        return new("final-density", "x1", "x2", mesh.Centres(0), mesh.Centres(1), values);
    }

    // The equation in its own clock, which runs from 0 whichever way the process goes.
    private sealed class Equation
    {
        private readonly FokkerPlanckStudy _study;
        private readonly GaussianMixture _mixture;
        private readonly NoiseSchedule _schedule;
        private readonly FiniteVolumeScheme _scheme;
        private (double Time, MixtureDensity Density)? _known;

        public Equation(FokkerPlanckStudy study, GaussianMixture mixture, NoiseSchedule schedule, int cells)
        {
            (_study, _mixture, _schedule) = (study, mixture, schedule);
            double[] low = [.. Enumerable.Repeat(double.PositiveInfinity, mixture.Dimension)], high = [.. low.Select(value => -value)];
            double until = study.Until(schedule), from = study.FromTime;
            for (int i = 0; i <= 20; i++)
            {
                foreach (GaussianComponent component in mixture.At(schedule.At(from + (i * (until - from) / 20))).Components)
                {
                    for (int axis = 0; axis < low.Length; axis++)
                    {
                        double reach = Deviations * Math.Sqrt(component.Covariance[axis, axis]);
                        (low[axis], high[axis]) = (Math.Min(low[axis], component.Mean[axis] - reach), Math.Max(high[axis], component.Mean[axis] + reach));
                    }
                }
            }

            Mesh = new(low, high, cells);
            _scheme = new(Mesh, Drift, clock => study.DiffusionSquared(schedule, ProcessTime(clock)));
        }

        public FiniteVolumeMesh Mesh { get; }

        public double ProcessTime(double clock) => _study.IsForward
            ? Math.Min(_study.FromTime + clock, _study.Until(_schedule))
            : Math.Max(_study.Until(_schedule) - clock, _study.FromTime);

        public double Rate(double t) => RateAt(_study.IsForward ? t - _study.FromTime : _study.Until(_schedule) - t);

        public double RateAt(double clock) => _scheme.Rate(clock);

        public void Advance(double[] density, double clock, double step) => _study.Advance(_scheme, _schedule, density, clock, step);

        public double[] Exact(double t)
        {
            MixtureDensity density = DensityAt(t);
            return Mesh.Averages(x => density.Density(x));
        }

        private void Drift(double[] x, double clock, double[] drift)
        {
            double t = ProcessTime(clock);
            _study.Drift(_schedule, t, x, score => DensityAt(t).Score(x, score), drift);
        }

        private MixtureDensity DensityAt(double t)
        {
            if (_known is not { } known || known.Time != t)
                _known = known = (t, MixtureDensity.At(_mixture, _schedule.At(t)));
            return known.Density;
        }
    }

    private bool IsForward => options.Direction == FokkerPlanckDirection.Forward;

    private double FromTime => options.From;
}

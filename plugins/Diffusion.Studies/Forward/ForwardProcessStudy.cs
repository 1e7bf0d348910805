using Diffusion.Studies.Numerics;

namespace Diffusion.Studies.Forward;

/// <summary>A process simulated forward by Euler-Maruyama, its marginals beside their closed form.</summary>
/// <remarks>
/// dx = b(x, t) dt + G(x, t) dW. <c>mean-deviation-k</c> and <c>variance-deviation-k</c> compare a statistic of the state (a coordinate, or the logarithm) at k
/// quarters of the way with its closed form, which for <c>double-well</c> is a quadrature of the stationary law. The bias of the paths falls as the step.
/// </remarks>
/// <param name="options">Its options.</param>
[Component(ComponentKind.Study, "forward-process", "A noising process, or another diffusion, simulated forward: marginals beside their closed form.",
    Reference = "Kloeden & Platen 1992; Gardiner, Handbook of Stochastic Methods")]
[StudyParts(StudyParts.None, Optional = StudyParts.Schedule)]
public class ForwardProcessStudy(ForwardProcessOptions options) : IStudy
{
    private const int Quarters = 4;
    private const double MostWork = 2e10;

    /// <inheritdoc/>
    public string? Objection(StudySetting setting)
    {
        bool isOfSchedule = options.Process == ForwardDynamics.Schedule;
        if (isOfSchedule != setting.Schedule is not null)
            return isOfSchedule
                ? "simulates the process of a schedule: state a 'schedule', or another 'process'"
                : "has a process of its own: leave 'schedule' out";
        if (options.Process == ForwardDynamics.CompoundPoisson)
            return "simulates diffusions, and this one jumps: the study 'kramers-moyal' has it";
        if (options.Steps % Quarters != 0)
            return $"keeps states at quarters of the way, and {options.Steps} steps have none there: a multiple of {Quarters}";
        double until = Until(setting);
        if (setting.Schedule is { } schedule)
        {
            if (until > schedule.Horizon)
                return FormattableString.Invariant($"ends at t = {until:R}, and the process ends at {schedule.Horizon:R}");
            double last = until - (until / options.Steps);
            if (!double.IsFinite(schedule.Drift(last)) || !double.IsFinite(schedule.DiffusionSquared(last)) || !double.IsFinite(schedule.DiffusionSquared(0)))
                return "needs finite coefficients, and those of the process are not: state an earlier 'until', or another 'schedule'";
            if (schedule.At(0).Sigma > 1e-6)
                return FormattableString.Invariant($"starts from a point, and the process has noise of {schedule.At(0).Sigma:g3} at t = 0: another 'schedule'");
        }

        double work = (double)options.Steps * options.Paths;
        return work > MostWork
            ? FormattableString.Invariant($"would take {work:e1} steps of paths, and at most {MostWork:e1} are reasonable: fewer 'paths' or 'steps'")
            : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(StudySetting setting) =>
        [.. Enumerable.Range(1, Quarters).SelectMany(k => new[] { DeclaredValue.Sampled(Name("mean", k)), DeclaredValue.Sampled(Name("variance", k)) })];

    /// <inheritdoc/>
    public StudyResult Run(StudyContext context)
    {
        Dynamics dynamics = Dynamics.FromKind(options.Process, context.Schedule);
        StudyDraws draws = new(context.Randomness);
        double until = Until(context), h = until / options.Steps, root = NoiseOf(h);
        double[] normal = draws.Normal(0, options.Paths), uniform = draws.Uniform(1, options.Paths);
        double[][] state = [.. normal.Zip(uniform, dynamics.Start)];
        double[] drift = new double[dynamics.Dimension], noise = new double[dynamics.Dimension];
        List<MetricValue> values = [];
        List<(double Time, double Mean, double Variance)> way = [];
        for (int step = 0; step < options.Steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            double t = step * h;
            double[] increments = draws.Normal(step + 2, options.Paths * dynamics.Dimension);
            for (int path = 0; path < state.Length; path++)
            {
                double[] x = state[path];
                dynamics.Drift(x, t, drift);
                dynamics.Noise(x, t, noise);
                for (int i = 0; i < x.Length; i++)
                    x[i] += (DriftOf(h) * drift[i]) + (root * noise[i] * increments[(path * x.Length) + i]);
            }

            if ((step + 1) * 20 % options.Steps < 20)
                way.Add(Point(t + h));
            if ((step + 1) * Quarters % options.Steps != 0)
                continue;
            int quarter = (step + 1) * Quarters / options.Steps;
            double time = quarter * until / Quarters;
            double[] statistics = [.. state.Select(dynamics.Statistic)];
            values.Add(Deviations.Mean(Name("mean", quarter), statistics, dynamics.Mean(time)));
            values.Add(Deviations.Variance(Name("variance", quarter), statistics, dynamics.Mean(time), dynamics.Variance(time)));
        }

        return new(values)
        {
            Curves = [new("moments", "t", "mean and variance", [.. way.Select(point => point.Time)], [
                new("mean of paths", [.. way.Select(point => point.Mean)]),
                new("mean in closed form", [.. way.Select(point => dynamics.Mean(point.Time))]) { IsReference = true },
                new("variance of paths", [.. way.Select(point => point.Variance)]),
                new("variance in closed form", [.. way.Select(point => dynamics.Variance(point.Time))]) { IsReference = true },
            ])],
        };

        (double, double, double) Point(double t)
        {
            double[] statistics = [.. state.Select(dynamics.Statistic)];
            double mean = statistics.Average();
            return (t, mean, statistics.Sum(value => (value - mean) * (value - mean)) / statistics.Length);
        }
    }

    /// <summary>The standard deviation of a Brownian increment.</summary>
    /// <param name="step">Its length in time.</param>
    protected virtual double NoiseOf(double step) => Math.Sqrt(step);

    /// <summary>What the drift is multiplied by.</summary>
    /// <param name="step">The step's length in time.</param>
    protected virtual double DriftOf(double step) => step;

    private double Until(StudySetting setting) => options.Until ?? setting.Schedule?.Horizon ?? 1;

    private static string Name(string what, int quarter) => FormattableString.Invariant($"{what}-deviation-{quarter}");
}

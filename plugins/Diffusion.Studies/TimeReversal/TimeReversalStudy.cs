using Diffusion.Studies.Numerics;

namespace Diffusion.Studies.TimeReversal;

/// <summary>A diffusion run back from its law at T: the marginals and two-time laws are those of the process.</summary>
/// <remarks>
/// The reversed process has the drift −b + ∂a/∂y + a ∂ log p_t/∂y and the same diffusion coefficient, with a = σ² (Anderson). It is simulated by
/// Euler-Maruyama from exact draws of p_T. Values compare the state, of <c>geometric-brownian</c> its logarithm, with the closed form: mean and variance at 0,
/// and the covariance between 0 and T/2 and between T/2 and T. For <c>double-well</c> the closed form is a quadrature of the stationary law, and
/// <c>drift-difference</c> is the largest difference between the reversed drift and the forward one: reversible Langevin reverses to itself.
/// </remarks>
/// <param name="options">Its options.</param>
[Component(ComponentKind.Study, "time-reversal", "A diffusion run back in time: marginals and two-time laws beside those of the process.",
    Reference = "Anderson 1982, Reverse-time diffusion equation models")]
public class TimeReversalStudy(TimeReversalOptions options) : IStudy
{
    private const int CurvePoints = 20;

    private readonly ReversedProcess _process = ReversedProcess.FromKind(options.Process);

    private bool IsStationary => options.Process == ReversedProcessKind.DoubleWell;

    /// <inheritdoc/>
    public string? Objection(StudySetting setting) => options.Steps % 2 != 0
        ? $"keeps the state at half of the way, and {options.Steps} steps have none there: an even number"
        : null;

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(StudySetting setting) =>
    [
        DeclaredValue.Sampled("mean-deviation"),
        DeclaredValue.Sampled("variance-deviation"),
        .. IsStationary
            ? [DeclaredValue.Computed("drift-difference")]
            : new[] { DeclaredValue.Sampled("early-covariance-deviation"), DeclaredValue.Sampled("late-covariance-deviation") },
    ];

    /// <inheritdoc/>
    public StudyResult Run(StudyContext context)
    {
        StudyDraws draws = new(context.Randomness);
        double horizon = options.Horizon, h = horizon / options.Steps, root = Math.Sqrt(h);
        double[] normal = draws.Normal(0, options.Paths), uniform = draws.Uniform(1, options.Paths);
        double[] state = [.. normal.Zip(uniform, (z, u) => _process.Draw(horizon, z, u))];
        double[] last = Statistics(state), middle = last;
        List<(double Time, double Mean, double Variance)> way = [Point(horizon, last)];
        for (int step = 0; step < options.Steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            double t = horizon - (step * h);
            double[] noise = draws.Normal(step + 2, options.Paths);
            for (int path = 0; path < state.Length; path++)
            {
                double y = state[path];
                double next = y + (h * ReversedDrift(y, t)) + (root * Math.Sqrt(_process.Diffusion(y, t)) * noise[path]);
                // A logarithm needs a positive state; a step that leaves it is far beyond any that the law has.
                state[path] = options.Process == ReversedProcessKind.GeometricBrownian ? Math.Max(next, 1e-12) : next;
            }

            if (2 * (step + 1) == options.Steps)
                middle = Statistics(state);
            if ((step + 1) % Math.Max(1, options.Steps / CurvePoints) == 0)
                way.Add(Point(Math.Max(t - h, 0), Statistics(state)));
        }

        double[] first = Statistics(state);
        double half = 0.5 * horizon;
        way.Reverse();
        return new([
            Deviations.Mean("mean-deviation", first, _process.Mean(0)),
            Deviations.Variance("variance-deviation", first, _process.Mean(0), _process.Variance(0)),
            .. IsStationary
                ? [ComputedValue.Exact("drift-difference", LargestDriftDifference())]
                : new[]
                {
                    Deviations.Product("early-covariance-deviation", first, _process.Mean(0), middle, _process.Mean(half), _process.Covariance(0, half)!.Value),
                    Deviations.Product(
                        "late-covariance-deviation", middle, _process.Mean(half), last, _process.Mean(horizon), _process.Covariance(half, horizon)!.Value),
                },
        ])
        {
            Curves = [new("moments", "t", "mean and variance", [.. way.Select(point => point.Time)], [
                new("mean of paths run back", [.. way.Select(point => point.Mean)]),
                new("mean of the process", [.. way.Select(point => _process.Mean(point.Time))]) { IsReference = true },
                new("variance of paths run back", [.. way.Select(point => point.Variance)]),
                new("variance of the process", [.. way.Select(point => _process.Variance(point.Time))]) { IsReference = true },
            ])],
        };
    }

    /// <summary>The drift of the reversed process in reversed time.</summary>
    /// <param name="drift">b.</param>
    /// <param name="diffusion">a.</param>
    /// <param name="diffusionRate">∂a/∂y.</param>
    /// <param name="score">∂ log p_t/∂y.</param>
    protected virtual double ReversedDrift(double drift, double diffusion, double diffusionRate, double score) => -drift + diffusionRate + (diffusion * score);

    private double ReversedDrift(double y, double t) =>
        ReversedDrift(_process.Drift(y, t), _process.Diffusion(y, t), _process.DiffusionRate(y, t), _process.Score(y, t));

    private double[] Statistics(double[] state) => [.. state.Select(_process.Statistic)];

    private static (double, double, double) Point(double t, double[] values)
    {
        double mean = values.Average();
        return (t, mean, values.Sum(value => (value - mean) * (value - mean)) / values.Length);
    }

    private double LargestDriftDifference() =>
        Enumerable.Range(-20, 41).Select(i => 0.1 * i).Max(y => Math.Abs(ReversedDrift(y, 0) - _process.Drift(y, 0)));
}

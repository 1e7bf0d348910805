using Diffusion.Core.Likelihood;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Errors;

/// <summary>
/// Reference paths of a run. Those of a deterministic method follow the probability-flow ODE with step control from the grid's first level to its last with
/// noise, whence one step, to the denoised estimate, leads to clean data where the grid does. Those of a stochastic method are its own, in many more steps of
/// the same grid.
/// </summary>
public sealed record ReferencePaths : IReferencePaths
{
    // With fewer the reference errs by a share of what it is to measure that shows.
    private const int LeastRefinement = 4;

    private const double Rounding = 1e-9;

    // Below it, rounding in the model is taken for error of the steps.
    private const double TightestInFloat32 = 1e-5;

    private const double Coarser = 10;

    /// <summary>The run.</summary>
    public required SamplingProblem Problem { get; init; }

    /// <summary>The levels of the run's grid with a number of steps.</summary>
    public required Func<int, IReadOnlyList<NoiseLevel>> Grid { get; init; }

    /// <summary>Seed and repeat of the run.</summary>
    public required NoiseKey Noise { get; init; }

    /// <summary>Shape of one sample, without the batch.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>The law of the run's start in place of N(0, σ_T² I).</summary>
    public GaussianMixture? Start { get; init; }

    /// <summary>The type of the run's states, to which its start states are rounded.</summary>
    public ScalarType StateDtype { get; init; } = ScalarType.Float64;

    /// <summary>The type in which the model is evaluated; reference states are float64.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float64;

    /// <summary>Where the model is evaluated; reference states are on the CPU.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Samples that are integrated together.</summary>
    public int BatchSize { get; init; } = 1024;

    /// <summary>Stops the computation.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Why there are no reference paths, as a clause to follow what asks for them; null where there are. The model is not needed.</summary>
    /// <param name="solver">The method.</param>
    /// <param name="title">What it is called.</param>
    /// <param name="schedule">The process.</param>
    /// <param name="levels">The levels of the run.</param>
    /// <param name="grid">The levels with another number of steps.</param>
    /// <param name="settings">How finely.</param>
    public static string? Objection(
        ISolver solver, string title, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, Func<int, IReadOnlyList<NoiseLevel>> grid,
        ReferencePathSettings settings)
    {
        SolverTraits traits = solver.Traits;
        if (traits.Order is null)
            return $"needs a method that nears the solution of an equation as its steps are refined, and {title} states no order at which it does";
        if (!traits.IsStochastic)
            return null;
        if (traits.IsAdaptive)
            return $"needs a method that can be asked for more steps, and {title} draws noise and chooses its own";
        int steps = levels.Count - 1;
        if (LeastRefinement * steps > settings.Steps)
            return $"needs a reference of {LeastRefinement * steps} steps or more beside {steps}, and {settings.Steps} are asked for";

        PathNoise noise = new();
        using DisposeScope scope = NewDisposeScope();
        SamplingLoop.Run(new(new BentDenoiser(), schedule, levels, solver), full([1, 1], levels[0].Sigma, dtype: ScalarType.Float64), noise);
        if (noise.HasPlaceless)
            return $"needs noise that lies on a Brownian path, which other step counts share, and {title} draws noise that has no place there";
        foreach (int count in new[] { settings.Steps, settings.Steps / 2 })
        {
            IReadOnlyList<NoiseLevel> fine;
            try
            {
                fine = grid(count);
            }
            catch (ArgumentException e)
            {
                return $"needs the grid with {count} steps for its reference, and that has none: {e.Message}";
            }

            if (!HasSameEnds(levels, fine, schedule))
                return $"needs a grid that goes from the same level to the same level with {count} steps for its reference, and this one does not";
            if (solver.Objection(schedule, fine) is { } objection)
                return $"needs {title} to run in {count} steps for its reference, and it cannot: {objection}";
        }

        return null;
    }

    /// <inheritdoc/>
    public ReferenceEnds Ends(ReferencePathSettings settings)
    {
        using IDisposable withoutGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Func<Tensor, INoiseSource, (Tensor, Tensor)> carry = Problem.Solver.Traits.IsStochastic ? Along : Flow;
        List<Tensor> states = [], coarser = [];
        for (int first = 0; first < settings.Samples; first += BatchSize)
        {
            using DisposeScope batch = NewDisposeScope();
            PhiloxNoiseSource noise = new(Noise, first, Problem.Schedule.Horizon);
            Tensor like = empty([Math.Min(BatchSize, settings.Samples - first), .. Shape], dtype: StateDtype);
            Tensor start = Start is null ? noise.Initial(like).mul_(Problem.Levels[0].Sigma) : noise.Initial(like, Start);
            (Tensor end, Tensor rough) = carry(start.to(ScalarType.Float64), noise);
            states.Add(batch.MoveToOuter(end));
            coarser.Add(batch.MoveToOuter(rough));
        }

        return new(scope.MoveToOuter(cat(states, 0)), scope.MoveToOuter(cat(coarser, 0)));

        (Tensor, Tensor) Along(Tensor start, INoiseSource noise) => (In(settings.Steps, start, noise), In(settings.Steps / 2, start, noise));

        Tensor In(int steps, Tensor start, INoiseSource noise)
        {
            IReadOnlyList<NoiseLevel> levels = Grid(steps);
            if (!HasSameEnds(Problem.Levels, levels, Problem.Schedule))
                throw new ArgumentException($"The grid of {steps} steps does not go from the same level to the same level, so there are no reference paths.");
            SamplingProblem fine = Problem with { Denoiser = CastingDenoiser.Around(Problem.Denoiser, Dtype, Device), Levels = levels };
            return SamplingLoop.Run(fine, start, noise, keepTrajectory: false, Cancellation).State;
        }

        (Tensor, Tensor) Flow(Tensor start, INoiseSource noise)
        {
            double tolerance = Dtype == ScalarType.Float64 ? settings.Tolerance : Math.Max(settings.Tolerance, TightestInFloat32);
            return (Flowed(start, tolerance), Flowed(start, Coarser * tolerance));
        }
    }

    private static bool HasSameEnds(IReadOnlyList<NoiseLevel> levels, IReadOnlyList<NoiseLevel> others, NoiseSchedule schedule)
    {
        (ControlledRange own, ControlledRange other) = (ControlledRange.FromGrid(levels, schedule), ControlledRange.FromGrid(others, schedule));
        return levels[^1].IsClean == others[^1].IsClean && Same(own.Noisiest, other.Noisiest) && Same(own.Cleanest, other.Cleanest);

        static bool Same(NoiseLevel one, NoiseLevel two) => Near(one.Alpha, two.Alpha) && Near(one.Sigma, two.Sigma);

        static bool Near(double one, double two) => Math.Abs(one - two) <= Rounding * Math.Max(Math.Abs(one), Math.Abs(two));
    }

    private Tensor Flowed(Tensor start, double tolerance)
    {
        (NoiseLevel noisiest, NoiseLevel cleanest) = ControlledRange.FromGrid(Problem.Levels, Problem.Schedule);
        ProbabilityFlow flow = new()
        {
            Denoiser = Problem.Denoiser,
            Schedule = Problem.Schedule,
            Noisiest = noisiest,
            Cleanest = cleanest,
            Dtype = Dtype,
            Device = Device,
            BatchSize = BatchSize,
            Cancellation = Cancellation,
        };
        Tensor end = flow.Decode(start, tolerance);
        return Problem.Levels[^1].IsClean ? CastingDenoiser.Around(Problem.Denoiser, Dtype, Device).Predict(end, cleanest).X0 : end;
    }

    // Nothing where a path goes, so that the probe costs no paths.
    private sealed class PathNoise : INoiseSource
    {
        public bool HasPlaceless { get; private set; }

        public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like) => zeros_like(like);

        public Tensor Independent(long index, Tensor like)
        {
            HasPlaceless = true;
            return zeros_like(like);
        }
    }
}

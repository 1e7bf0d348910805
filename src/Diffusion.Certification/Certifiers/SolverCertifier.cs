using System.Collections.Concurrent;
using Diffusion.Certification.Manners;
using Diffusion.Core.Sampling;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Certifiers;

/// <summary>Measures what a solver claims: its order, its cost, its behaviour at the ends of a run, in batches and in single precision.</summary>
public static class SolverCertifier
{
    // A multiple of 6, so that methods that work in groups of two or three steps end alike at every doubling.
    private const int FirstSteps = 24;
    private const int Doublings = 5;
    private const int LargestSteps = 24576;

    // Half of what the certificate allows: a curve that still bends passes for a line of another slope just when it gets there.
    private const double Straightness = 0.5 * Certificate.OrderHalfWidth;

    // The law of a stochastic method costs N² evaluations where it cannot be carried from step to step. Where it can, errors are followed to where they are
    // asymptotic: the noise in a past estimate fades slowly.
    private const int LargestStepsOfLaw = 768;
    private const int FirstStepsOfCarriedLaw = 384;

    // Propagation on a mixture costs a second a run; its interpolation is good to about 1e-9.
    private const int FirstStepsOnMixture = 192;
    private const int LargestStepsOnMixture = 12288;
    private const int DoublingsOnMixture = 3;
    private const double RoundingOnMixture = 1e-9;

    private const int FirstStepsOfPaths = 64;
    private const int DoublingsOfPaths = 5;
    private const int Paths = 800;

    // The reference flow is known to about 1e-14; a law is computed to rounding.
    private const double RoundingOfFlow = 1e-13;
    private const double RoundingOfLaw = 1e-12;

    private const int StepsOfReference = 6000;

    // A unit in the last place of the largest number for each of 12 steps, of which each rounds a few times.
    private const double SinglePrecisionError = 12 * 1.2e-7;

    private static readonly ConcurrentDictionary<(string Problem, string Process), Lazy<double[]>> ExactEnds = new();

    // Equal steps of time are left to the contract tests: they spread λ so unevenly that an order of 4 reaches rounding before five doublings are asymptotic,
    // and errors of mean and variance of a stochastic method partly cancel on them until N is in the thousands.
    private static readonly (string Name, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)[] Grids =
        [("log-snr", ExactGrids.LogSnr), ("power", ExactGrids.Power), ("alternating", ExactGrids.Alternating)];

    private static readonly Problem[] Problems =
    [
        new("1-D mixture", ExactProblems.WideLine, [1.3, -0.4, 0.15, -1.1]),
        new("2-D mixture", ExactProblems.WidePlane, [1.3, -0.4, 0.15, -1.1, 0.6, 1.9]),
    ];

    /// <summary>All checks of one solver.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="solver">The method.</param>
    /// <param name="thorough">Whether to measure the order on every problem, process and grid rather than on the hardest one.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, ISolver solver, bool thorough)
    {
        Certificate[] manners = SolverManners.Certify(subject, solver);
        // What breaks its contract is stopped by the engine: there is nothing else to measure.
        if (manners.Any(certificate => certificate.Verdict == Verdict.Fail))
            return manners;
        return [.. manners, .. solver is IAdaptiveSolver { Traits.IsAdaptive: true } adaptive ? AdaptiveSolverCertifier.Certify(
            subject, adaptive, thorough) : CertifySteps(subject, solver, thorough)];
    }

    private static IEnumerable<Certificate> CertifySteps(CertificationSubject subject, ISolver solver, bool thorough) =>
    [
        .. solver.Traits switch
        {
            { Order: null } => [],
            { Order: { } order, IsStochastic: true } => WeakOrders(subject, solver, order, thorough),
            { Order: { } order } => Orders(subject, solver, order, thorough),
        },
        .. thorough && solver.Traits is { IsStochastic: true, StrongOrder: { } strong } ? [StrongOrder(subject, solver, strong)] : Array.Empty<Certificate>(),
        Cost(subject, solver),
        Ends(subject, solver, thorough),
        Batches(subject, solver),
        SinglePrecision(subject, solver),
    ];

    private static IEnumerable<Certificate> Orders(CertificationSubject subject, ISolver solver, double declared, bool thorough)
    {
        foreach (Problem problem in thorough ? Problems : Problems[1..])
        {
            foreach (Setting setting in Settings(solver, thorough))
            {
                double[] exact = ExactEnds.GetOrAdd((problem.Name, setting.Process), _ => new(() => ExactEnd(problem, setting.Schedule))).Value;
                OrderEstimate estimate = Measure(FirstSteps, LargestSteps, RoundingOfFlow, steps =>
                {
                    using DisposeScope scope = NewDisposeScope();
                    double[] end = Run(solver, problem, setting.Schedule, setting.Levels(setting.Schedule, steps));
                    return Math.Sqrt(end.Zip(exact, (a, b) => (a - b) * (a - b)).Average());
                });
                yield return Certificate.OfOrder(subject, $"order: {problem.Name}, {setting}", declared, estimate);
            }
        }
    }

    private static IEnumerable<Certificate> WeakOrders(CertificationSubject subject, ISolver solver, double declared, bool thorough)
    {
        foreach (Setting setting in Settings(solver, thorough))
        {
            bool isCarried = ExactLaw.GoesStepByStep(solver);
            OrderEstimate estimate = Measure(
                isCarried ? FirstStepsOfCarriedLaw : FirstSteps, isCarried ? LargestSteps : LargestStepsOfLaw, RoundingOfLaw, steps =>
                ExactLaw.Error(solver, setting.Schedule, setting.Levels(setting.Schedule, steps)));
            yield return Certificate.OfOrder(subject, $"weak order: Gaussian, {setting}", declared, estimate);
        }

        // On one Gaussian some methods are better than they are; the law on a mixture is out of reach for those that look back further.
        if (!thorough || !MixtureLaw.Serves(solver))
            yield break;
        NoiseSchedule process = ExactProcesses.VariancePreserving;
        OrderEstimate onMixture = OrderEstimate.MeasureAsymptotic(
            solver.Traits.HistoryLength > 0 ? FirstStepsOfCarriedLaw : FirstStepsOnMixture, DoublingsOnMixture, LargestStepsOnMixture,
            Certificate.OrderHalfWidth, RoundingOnMixture, steps => MixtureLaw.Error(solver, process, ExactGrids.LogSnr(process, steps)));
        yield return Certificate.OfOrder(subject, "weak order: 1-D mixture, variance-preserving, log-snr grid", declared, onMixture);
    }

    private static Certificate StrongOrder(CertificationSubject subject, ISolver solver, double declared)
    {
        NoiseSchedule process = ExactProcesses.VariancePreserving;
        OrderEstimate estimate = OrderEstimate.Measure(FirstStepsOfPaths, DoublingsOfPaths, steps => StrongError.Between(
            solver, process, ExactGrids.LogSnr(process, steps), ExactGrids.LogSnr(process, 2 * steps), Paths, seed: 11));
        return Certificate.OfOrder(subject, $"strong order: 2-D mixture, variance-preserving, {Paths} paths", declared, estimate);
    }

    private static Certificate Cost(CertificationSubject subject, ISolver solver)
    {
        (int declared, int counted) = (0, 0);
        foreach ((NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) in Runs(solver, [1, 2, 3, 5, 8, 20]))
        {
            using DisposeScope scope = NewDisposeScope();
            var counter = new CountingDenoiser(Problems[1].Denoiser);
            Run(solver, counter, schedule, levels, Problems[1].Start(levels[0]));
            declared += solver.Traits.Evaluations(levels);
            counted += counter.Calls;
        }

        return Certificate.OfCount(subject, "NFE over runs of 1 to 20 steps", declared, counted);
    }

    /// <summary>Runs of one step and of thousands, to clean data and not, that end in numbers that no data have.</summary>
    private static Certificate Ends(CertificationSubject subject, ISolver solver, bool thorough)
    {
        int failures = Runs(solver, thorough ? [1, 2, 3, 5000] : [1, 2, 3]).Count(run =>
        {
            using DisposeScope scope = NewDisposeScope();
            double[] end = Run(solver, Problems[1].Denoiser, run.Schedule, run.Levels, Problems[1].Start(run.Levels[0])).data<double>().ToArray();
            return end.Any(value => !double.IsFinite(value) || Math.Abs(value) > 1e3);
        });
        return Certificate.OfCount(
            subject, $"runs of 1 to {(thorough ? 5000 : 3)} steps, to sigma = 0 or to noise, whose result is not finite or far off", 0, failures);
    }

    /// <summary>Largest difference of a sample integrated alone from the same one in its batch, in bits.</summary>
    private static Certificate Batches(CertificationSubject subject, ISolver solver)
    {
        using DisposeScope scope = NewDisposeScope();
        (NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) = Example(solver);
        Tensor batch = Problems[1].Start(levels[0]);
        double[] together = Run(solver, Problems[1].Denoiser, schedule, levels, batch).data<double>().ToArray();
        double[] alone = [.. Enumerable.Range(0, (int)batch.shape[0])
            .SelectMany(row => Run(solver, Problems[1].Denoiser, schedule, levels, batch.narrow(0, row, 1)).data<double>().ToArray())];
        return Certificate.OfError(subject, "a sample by itself against the same sample in a batch", 0, Worst(together, alone));
    }

    /// <summary>Largest difference of a run in float32 from the float64 one, relative to the state's size.</summary>
    private static Certificate SinglePrecision(CertificationSubject subject, ISolver solver)
    {
        using DisposeScope scope = NewDisposeScope();
        (NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) = Example(solver);
        Tensor start = Problems[1].Start(levels[0]).to(ScalarType.Float32);
        double[] narrow = Run(solver, Problems[1].Denoiser, schedule, levels, start).to(ScalarType.Float64).data<double>().ToArray();
        double[] wide = Run(solver, Problems[1].Denoiser, schedule, levels, start.to(ScalarType.Float64)).data<double>().ToArray();
        return Certificate.OfError(subject, "float32 against float64, 12 steps", SinglePrecisionError, Worst(wide, narrow) / wide.Max(Math.Abs));
    }

    private static double Worst(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private static (NoiseSchedule Schedule, IReadOnlyList<NoiseLevel> Levels) Example(ISolver solver) => Runs(solver, [12]).First();

    private static IEnumerable<(NoiseSchedule Schedule, IReadOnlyList<NoiseLevel> Levels)> Runs(ISolver solver, int[] steps) =>
        from process in ExactProcesses.All
        from count in steps
        let levels = ExactGrids.LogSnr(process.Schedule, count)
        from run in new[] { levels, [.. levels.SkipLast(1), NoiseLevel.Clean] }
        where solver.Objection(process.Schedule, run) is null
        select (process.Schedule, run);

    private static IEnumerable<Setting> Settings(ISolver solver, bool thorough) =>
        from process in thorough ? ExactProcesses.All : [ExactProcesses.All[0]]
        let grids = solver.Traits.AssumesEqualSteps ? [.. ExactGrids.Smooth] : Grids
        from grid in thorough ? grids : [grids[^1]]
        where solver.Objection(process.Schedule, grid.Levels(process.Schedule, FirstSteps)) is null
        select new Setting(process.Name, process.Schedule, grid.Name, grid.Levels);

    private static double[] Run(ISolver solver, Problem problem, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) =>
        Run(solver, problem.Denoiser, schedule, levels, problem.Start(levels[0])).data<double>().ToArray();

    // One number for all samples of a draw: batches of any split see the same noise.
    private static Tensor Run(ISolver solver, IDenoiser denoiser, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, Tensor start)
    {
        INoiseSource noise = solver.Traits.IsStochastic ? new TapeNoise((draw, like) => full_like(like, Math.Sin(1 + (2 * draw)))) : new NoNoise();
        return SamplingLoop.Run(new(denoiser, schedule, levels, solver), start, noise).State;
    }

    private static double[] ExactEnd(Problem problem, NoiseSchedule schedule)
    {
        (NoiseLevel from, NoiseLevel to) = (schedule.At(schedule.Horizon), schedule.At(schedule.MinimumTime));
        return [.. problem.Starts.Chunk(problem.Mixture.Dimension).SelectMany(point =>
            ReferenceFlow.Carry(problem.Mixture, [.. point.Select(value => from.Sigma * value)], from, to, StepsOfReference))];
    }

    private static OrderEstimate Measure(int first, int largest, double rounding, Func<int, double> error) =>
        OrderEstimate.MeasureAsymptotic(first, Doublings, largest, Straightness, rounding, error);

    private sealed record Setting(string Process, NoiseSchedule Schedule, string Grid, Func<NoiseSchedule, int, IReadOnlyList<NoiseLevel>> Levels)
    {
        public override string ToString() => $"{Process}, {Grid} grid";
    }

    /// <summary>An exact model and points to start from, as multiples of the first level's σ.</summary>
    private sealed record Problem(string Name, ExactMixture Mixture, double[] Starts)
    {
        public IDenoiser Denoiser => new ExactMixtureDenoiser(Mixture, PredictionKind.Noise);

        public Tensor Start(NoiseLevel level) =>
            tensor([.. Starts.Select(value => level.Sigma * value)], [Starts.Length / Mixture.Dimension, Mixture.Dimension], dtype: ScalarType.Float64);
    }
}

using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Certifiers;

/// <summary>Measures what a method with step control claims: its tolerance, its count of evaluations, its ends, its independence of the batch.</summary>
/// <remarks>Its order is a claim about uncontrolled steps, and measured where a variant turns control off.</remarks>
public static class AdaptiveSolverCertifier
{
    // Errors of single steps add up over a run, and the flow spreads some of them.
    private const double LargestErrorOverTolerance = 200;
    private const int Batch = 16;
    private static readonly NoiseKey Key = new(5, 0);

    /// <summary>All checks of one method.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="solver">The method.</param>
    /// <param name="thorough">Whether to look at every process rather than at the first.</param>
    public static IEnumerable<Certificate> Certify(CertificationSubject subject, IAdaptiveSolver solver, bool thorough)
    {
        (string Name, NoiseSchedule Schedule)[] processes =
            [.. ExactProcesses.All.Take(thorough ? int.MaxValue : 1).Where(process => solver.Objection(process.Schedule, Range(process.Schedule)) is null)];
        foreach ((string name, NoiseSchedule schedule) in processes)
        {
            if (!solver.Traits.IsStochastic)
                yield return Tolerance(subject, solver, name, schedule);
            yield return Cost(subject, solver, name, schedule);
            yield return Ends(subject, solver, name, schedule);
            if (solver.Control.Coupling == StepCoupling.Sample)
                yield return Batches(subject, solver, name, schedule);
        }
    }

    private static Certificate Tolerance(CertificationSubject subject, IAdaptiveSolver solver, string process, NoiseSchedule schedule)
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseLevel[] range = Range(schedule);
        double[] start = Values(Start(schedule));
        double[] exact = [.. start.Chunk(2).SelectMany(point => ReferenceFlow.Carry(ExactProblems.Plane, point, range[0], range[1]))];
        double[] end = Values(Run(solver, schedule, range, Start(schedule), first: 0).State);
        double allowed = LargestErrorOverTolerance * (solver.Control.AbsoluteTolerance + (solver.Control.RelativeTolerance * exact.Max(Math.Abs)));
        return Certificate.OfError(subject, $"error against the exact flow, {process}", allowed, Worst(exact, end));
    }

    private static Certificate Cost(CertificationSubject subject, IAdaptiveSolver solver, string process, NoiseSchedule schedule)
    {
        using DisposeScope scope = NewDisposeScope();
        var counter = new CountingDenoiser(new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Noise));
        SamplingOutcome outcome = Run(solver, schedule, ToClean(schedule), Start(schedule), first: 0, counter);
        return Certificate.OfCount(subject, $"samples evaluated, {process}", outcome.Evaluations * Batch, counter.Samples);
    }

    private static Certificate Ends(CertificationSubject subject, IAdaptiveSolver solver, string process, NoiseSchedule schedule)
    {
        using DisposeScope scope = NewDisposeScope();
        int failures = new[] { Range(schedule), ToClean(schedule), [schedule.At(schedule.Horizon), NoiseLevel.Clean] }
            .Count(levels =>
                Values(Run(solver, schedule, levels, Start(schedule), first: 0).State).Any(value => !double.IsFinite(value) || Math.Abs(value) > 1e3));
        return Certificate.OfCount(subject, $"runs, to sigma = 0 or to noise, whose result is not finite or far off, {process}", 0, failures);
    }

    /// <summary>Largest difference of a sample integrated alone from the same one in its batch, in bits.</summary>
    private static Certificate Batches(CertificationSubject subject, IAdaptiveSolver solver, string process, NoiseSchedule schedule)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor batch = Start(schedule);
        double[] together = Values(Run(solver, schedule, ToClean(schedule), batch, first: 0).State);
        double[] alone = [.. Enumerable.Range(0, Batch)
            .SelectMany(row => Values(Run(solver, schedule, ToClean(schedule), batch.narrow(0, row, 1), row).State))];
        return Certificate.OfError(subject, $"a sample by itself against the same sample in a batch, {process}", 0, Worst(together, alone));
    }

    private static NoiseLevel[] Range(NoiseSchedule schedule) => [schedule.At(schedule.Horizon), schedule.At(schedule.MinimumTime)];

    private static NoiseLevel[] ToClean(NoiseSchedule schedule) => [.. Range(schedule), NoiseLevel.Clean];

    private static Tensor Start(NoiseSchedule schedule) =>
        new PhiloxNoiseSource(Key, 0, schedule.Horizon).Initial(empty(Batch, 2, dtype: ScalarType.Float64)).mul_(schedule.At(schedule.Horizon).Sigma);

    private static SamplingOutcome Run(
        IAdaptiveSolver solver, NoiseSchedule schedule, NoiseLevel[] levels, Tensor start, int first, IDenoiser? denoiser = null)
    {
        var problem = new SamplingProblem(denoiser ?? new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Noise), schedule, levels, solver);
        return SamplingLoop.Run(problem, start, solver.Traits.IsStochastic ? new PhiloxNoiseSource(Key, first, schedule.Horizon) : new NoNoise());
    }

    private static double[] Values(Tensor state) => state.data<double>().ToArray();

    private static double Worst(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}

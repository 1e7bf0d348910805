using Diffusion.Core.Sampling;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification.Manners;

/// <summary>Measures whether a method keeps the manners of its contract: what it returns, and what it does to what it was given.</summary>
internal static class SolverManners
{
    private const int Steps = 4;

    private static readonly double[] Starts = [1.3, -0.4, 0.15, -1.1, 0.6, 1.9];

    /// <summary>A certificate a manner, over runs of several points and of one, in double and in single precision.</summary>
    public static Certificate[] Certify(CertificationSubject subject, ISolver solver)
    {
        MannersTally tally = new();
        NoiseSchedule schedule = ExactProcesses.All.Select(process => process.Schedule).First(process => solver.Objection(process, Levels(process)) is null);
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float64, ScalarType.Float32])
        {
            foreach (int points in (int[])[Starts.Length / 2, 1])
            {
                using DisposeScope scope = NewDisposeScope();
                NoiseLevel[] levels = Levels(schedule);
                Tensor start = tensor([.. Starts.Take(2 * points).Select(value => levels[0].Sigma * value)], [points, 2], dtype: type);
                if (solver is IAdaptiveSolver { Traits.IsAdaptive: true } adaptive)
                    WatchAttempt(tally, adaptive, schedule, levels, start);
                else
                    SamplingLoop.Run(new(Model(), schedule, levels, new WatchedSolver(solver, tally)), start, Noise(solver));
            }
        }

        return tally.ToCertificates(subject);
    }

    private static void WatchAttempt(MannersTally tally, IAdaptiveSolver solver, NoiseSchedule schedule, NoiseLevel[] levels, Tensor start)
    {
        using IDisposable withoutGradient = no_grad();
        var step =
            new SolverStep { X = start, From = levels[0], To = levels[1], Schedule = schedule, Index = 0, Count = Steps, History = [], Noise = Noise(solver) };
        new WatchedSolver(solver, tally).Step(step, Model());
        Tensor lent = start.clone();
        Tensor? slope = solver.Slope(lent, levels[0], AdaptiveStep.AllSamples(lent), schedule, Model());
        tally.NoteLent("the state", lent, start);
        if (!tally.NoteTensor("the slope", slope, start, lent))
            return;
        AdaptiveTrial trial = solver.Try(AdaptiveStep.FromGridStep(step with { X = lent }, slope!, solver.Control.Variable), Model());
        tally.NoteLent("the state", lent, start);
        tally.NoteTensor("the state of an attempt", trial.State, start, lent);
        tally.NoteTensor("the error of an attempt", trial.Error, start, lent);
    }

    private static NoiseLevel[] Levels(NoiseSchedule schedule) => [.. ExactGrids.LogSnr(schedule, Steps).SkipLast(1), NoiseLevel.Clean];

    private static ExactMixtureDenoiser Model() => new(ExactProblems.WidePlane, PredictionKind.Noise);

    private static INoiseSource Noise(ISolver solver) =>
        solver.Traits.IsStochastic ? new TapeNoise((draw, like) => full_like(like, Math.Sin(1 + (2 * draw)))) : new NoNoise();
}

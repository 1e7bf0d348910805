using System.Runtime.InteropServices;
using Diffusion.Core.Contracts;
using TorchSharp;

using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Diffusion.Core.Sampling;

/// <summary>The loop that every solver runs in: counts evaluations, opens and closes dispose scopes, keeps history, notices divergence.</summary>
public static class SamplingLoop
{
    // In units of the marginal's own standard deviation for data of unit scale: no sampler recovers from a millionfold excess.
    private const double DivergenceLimit = 1e6;

    /// <summary>Integrates one batch from the first level to the last; an adaptive method chooses its own steps between them.</summary>
    /// <param name="problem">What to integrate.</param>
    /// <param name="start">The state at the first level, shape (B, …); left untouched.</param>
    /// <param name="noise">The batch's randomness.</param>
    /// <param name="keepTrajectory">Whether to return the state at every level.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <exception cref="DivergenceException">The state is no longer finite or plausible.</exception>
    /// <exception cref="ContractException">The solver or the model gave back what its contract does not allow.</exception>
    /// <exception cref="StepControlException">An adaptive method cannot reach the end within its tolerance.</exception>
    /// <exception cref="EvaluationCountException">The solver's declaration of its cost is wrong.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static SamplingOutcome Run(
        SamplingProblem problem, Tensor start, INoiseSource noise, bool keepTrajectory = false, CancellationToken cancellationToken = default) =>
        problem.Solver is IAdaptiveSolver { Traits.IsAdaptive: true } adaptive
            ? RunAdaptive(problem, adaptive, start, noise, keepTrajectory, cancellationToken)
            : RunFixed(problem, start, noise, keepTrajectory ? static _ => true : static _ => false, cancellationToken);

    /// <summary>Integrates one batch from the first level to the last and keeps the states at some levels.</summary>
    /// <param name="problem">What to integrate; by a method that stops at every level, since of others samples have no common levels on the way.</param>
    /// <param name="start">The state at the first level, shape (B, …); left untouched.</param>
    /// <param name="noise">The batch's randomness.</param>
    /// <param name="kept">Places of the levels whose states are kept, from 0, the start.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <exception cref="ArgumentException">The method chooses its own steps.</exception>
    /// <inheritdoc cref="Run(SamplingProblem, Tensor, INoiseSource, bool, CancellationToken)" path="/exception"/>
    public static SamplingOutcome Run(
        SamplingProblem problem, Tensor start, INoiseSource noise, IReadOnlySet<int> kept, CancellationToken cancellationToken = default) =>
        problem.Solver.Traits.IsAdaptive && kept.Count > 0
            ? throw new ArgumentException("A method that chooses its own steps has no common states at the levels of a grid.", nameof(kept))
            : kept.Count == 0
                ? Run(problem, start, noise, keepTrajectory: false, cancellationToken)
                : RunFixed(problem, start, noise, kept.Contains, cancellationToken);

    private static SamplingOutcome RunFixed(
        SamplingProblem problem, Tensor start, INoiseSource noise, Func<int, bool> keeps, CancellationToken cancellationToken)
    {
        IReadOnlyList<NoiseLevel> levels = problem.Levels;
        SolverTraits traits = problem.Solver.Traits;
        var recorder = new EvaluationRecorder(problem.Denoiser, traits.HistoryLength);
        List<Tensor> trajectory = [];
        List<double> magnitudes = [];
        int steps = levels.Count - 1;

        using IDisposable withoutGradient = no_grad();
        using DisposeScope run = NewDisposeScope();
        TensorForm form = TensorForm.Like(start);
        Tensor x = start.clone();
        List<Tensor> carried = [x];
        List<Tensor> kept = [];
        if (keeps(0))
            trajectory.Add(x.clone());

        for (int i = 0; i < steps; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using (DisposeScope step = NewDisposeScope())
            {
                Tensor next = problem.Solver.Step(
                    new SolverStep
                    {
                        X = x,
                        From = levels[i],
                        To = levels[i + 1],
                        Schedule = problem.Schedule,
                        Index = i,
                        Count = steps,
                        History = traits.HistoryLength == 0 ? [] : [.. recorder.History],
                        Noise = noise,
                    },
                    recorder);
                Returned.CheckStep(problem.Solver, form, x, next, recorder.History, i, steps);
                magnitudes.Add(PlausibleMagnitude(next, levels[i + 1], i, steps));

                kept.Add(next);
                for (int k = 0; k < recorder.History.Count; k++)
                    kept.AddRange(recorder.History[k].Prediction.Tensors);
                CarryOver(step, carried, kept);
                (carried, kept) = (kept, carried);
                x = next;
            }

            if (keeps(i + 1))
                trajectory.Add(x.clone());
        }

        int declared = traits.Evaluations(levels);
        if (recorder.Count != declared)
            throw new EvaluationCountException(problem.Solver.GetType().Name, declared, recorder.Count);

        run.MoveToOuter(trajectory.Append(x));
        return new SamplingOutcome(x, recorder.Count, trajectory) { Magnitudes = magnitudes, ModelTime = recorder.Time };
    }

    /// <summary>One step of a run of a method that looks at no past evaluations. The state after it, fresh, shape (B, …).</summary>
    /// <param name="problem">The run.</param>
    /// <param name="index">Which step, from 0.</param>
    /// <param name="x">The state before it, shape (B, …).</param>
    /// <param name="noise">The step's randomness.</param>
    internal static Tensor Step(SamplingProblem problem, int index, Tensor x, INoiseSource noise)
    {
        using IDisposable withoutGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        int steps = problem.Levels.Count - 1;
        Tensor next = problem.Solver.Step(
            new SolverStep
            {
                X = x,
                From = problem.Levels[index],
                To = problem.Levels[index + 1],
                Schedule = problem.Schedule,
                Index = index,
                Count = steps,
                History = [],
                Noise = noise,
            },
            new EvaluationRecorder(problem.Denoiser, historyLength: 0));
        Returned.CheckStep(problem.Solver, TensorForm.Like(x), x, next, [], index, steps);
        return scope.MoveToOuter(next);
    }

    /// <summary>Hands what is kept to the run's scope, frees what was carried until now and is needed no longer, and empties the list of that.</summary>
    private static void CarryOver(DisposeScope step, List<Tensor> carried, List<Tensor> kept)
    {
        foreach (Tensor tensor in kept)
        {
            if (step.Contains(tensor))
                step.MoveToOuter(tensor);
        }

        foreach (Tensor tensor in carried)
        {
            // The kept ones are few, and a tensor's own equality is not by reference.
            bool isKept = false;
            for (int i = 0; i < kept.Count && !isKept; i++)
                isKept = ReferenceEquals(kept[i], tensor);
            if (!isKept)
                tensor.Dispose();
        }

        carried.Clear();
    }

    private static SamplingOutcome RunAdaptive(
        SamplingProblem problem, IAdaptiveSolver solver, Tensor start, INoiseSource noise, bool keepTrajectory, CancellationToken cancellationToken)
    {
        NoiseLevel last = problem.Levels[^1];
        (NoiseLevel first, NoiseLevel controlEnd) = ControlledRange.FromGrid(problem.Levels, problem.Schedule);
        var recorder = new EvaluationRecorder(problem.Denoiser, historyLength: 0);
        List<Tensor> trajectory = [];
        List<StepAttempt>? attempts = keepTrajectory ? [] : null;

        using IDisposable withoutGradient = no_grad();
        using DisposeScope run = NewDisposeScope();
        Keep(start);
        Tensor x = AdaptiveLoop.Run(solver, problem.Schedule, first, controlEnd, start, recorder, noise, attempts, cancellationToken);
        List<double> magnitudes = [PlausibleMagnitude(x, controlEnd, 0, last.IsClean ? 2 : 1)];
        Keep(x);
        if (last.IsClean)
        {
            Tensor end = solver.Step(
                new SolverStep
                {
                    X = x,
                    From = controlEnd,
                    To = last,
                    Schedule = problem.Schedule,
                    Index = 1,
                    Count = 2,
                    History = [],
                    Noise = noise,
                },
                recorder);
            Returned.CheckStep(solver, TensorForm.Like(start), x, end, [], 1, 2);
            x = end;
            magnitudes.Add(PlausibleMagnitude(x, last, 1, 2));
            Keep(x);
        }

        run.MoveToOuter(trajectory.Append(x));
        return new SamplingOutcome(x, (double)recorder.Samples / start.shape[0], trajectory)
        {
            Attempts = attempts ?? [],
            Magnitudes = magnitudes,
            ModelTime = recorder.Time,
        };

        void Keep(Tensor state)
        {
            if (keepTrajectory)
                trajectory.Add(state.clone());
        }
    }

    private static double PlausibleMagnitude(Tensor x, NoiseLevel level, int step, int steps)
    {
        double scale = Math.Max(1, Math.Sqrt((level.Alpha * level.Alpha) + (level.Sigma * level.Sigma)));
        double magnitude = LargestMagnitude(x) / scale;
        return magnitude <= DivergenceLimit ? magnitude : throw new DivergenceException(step, steps, level, magnitude);
    }

    /// <summary>NaN where any number is NaN, so that one reduction sees every way to fail.</summary>
    private static double LargestMagnitude(Tensor x)
    {
        // Two operations and their dispatch would cost more than a small model's whole step.
        if (x.device_type != DeviceType.CPU || !x.is_contiguous())
            return x.abs().amax([]).ToDouble();

        return Math.Abs(x.dtype switch
        {
            ScalarType.Float32 => TensorPrimitives.MaxMagnitude<float>(MemoryMarshal.Cast<byte, float>(x.bytes)),
            ScalarType.Float64 => TensorPrimitives.MaxMagnitude<double>(MemoryMarshal.Cast<byte, double>(x.bytes)),
            _ => x.abs().amax([]).ToDouble(),
        });
    }
}

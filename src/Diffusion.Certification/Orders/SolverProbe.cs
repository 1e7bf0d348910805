using Diffusion.Numerics;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>
/// Single steps of a method on a line, from states and noise of the caller's choice: what the exact laws are propagated with.
/// </summary>
/// <remarks>
/// A method's history is rebuilt by evaluating the denoiser at past states, so it must hold one evaluation a step, made at the state itself:
/// true of one-step methods and of multistep methods without corrector.
/// </remarks>
internal sealed class SolverProbe(ISolver solver, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, IDenoiser denoiser)
{
    /// <summary>Whether the method's history can be rebuilt.</summary>
    public static bool CanProbe(ISolver solver) =>
        !solver.Traits.IsAdaptive
        && (solver.Traits.HistoryLength == 0 || (solver.Traits.EvaluationsPerStep == 1 && solver.Traits.EvaluationsOverRun is null));

    public IReadOnlyList<NoiseLevel> Levels => levels;

    public int Steps => levels.Count - 1;

    /// <summary>How many past states step <paramref name="index"/> depends on besides its own.</summary>
    public int PastOf(int index) => Math.Min(index, solver.Traits.HistoryLength);

    /// <summary>The noise that step <paramref name="index"/> asks for.</summary>
    public NoiseRequests RequestsOf(int index)
    {
        var requests = new NoiseRequests();
        using DisposeScope scope = NewDisposeScope();
        Step(index, Enumerable.Repeat(new double[1], PastOf(index) + 1).ToArray(), requests);
        return requests;
    }

    /// <summary>The states after step <paramref name="index"/>.</summary>
    /// <param name="index">Which step.</param>
    /// <param name="states">The states at its level and at the levels before it, newest first, all of one length B.</param>
    /// <param name="noise">Noise for B samples.</param>
    public double[] Step(int index, IReadOnlyList<double[]> states, INoiseSource noise)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] columns = [.. states.Select(values => HostNumbers.ToTensor(values, [values.Length, 1]))];
        List<Evaluation> history = [];
        for (int back = 1; back <= PastOf(index); back++)
            history.Add(new(levels[index - back], denoiser.Predict(columns[back], levels[index - back])));

        Tensor next = solver.Step(
            new SolverStep
            {
                X = columns[0],
                From = levels[index],
                To = levels[index + 1],
                Schedule = schedule,
                Index = index,
                Count = Steps,
                History = history,
                Noise = noise,
            },
            denoiser);
        return HostNumbers.ToArray(next);
    }
}

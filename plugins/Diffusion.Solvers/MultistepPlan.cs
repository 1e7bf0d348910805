using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>One step of a multistep method from what it knows.</summary>
/// <param name="step">The step.</param>
/// <param name="estimates">Evaluations at the starts of this step and of those before it, newest first; as many as the step's order.</param>
internal delegate Tensor MultistepFormula(in SolverStep step, IReadOnlyList<Evaluation> estimates);

/// <summary>What multistep methods share: how many estimates a step uses, how a run starts and ends, and what it costs.</summary>
/// <param name="order">Estimates of a full step.</param>
/// <param name="startUp">How the first steps are made.</param>
/// <param name="lowerOrderFinal">Whether the last steps are of orders …, 2, 1.</param>
internal sealed class MultistepPlan(int order, StartUp startUp, bool lowerOrderFinal)
{
    // A ramp's first step, of order 1, errs by O(h²) once, and so does a last step of order 1.
    private const int OrderWithFirstOrderStep = 2;

    /// <summary>Steps at the start that are single-step methods.</summary>
    private int SingleSteps => startUp == StartUp.SingleStep && order > OrderWithFirstOrderStep ? order - 1 : 0;

    /// <summary>Order of convergence of a run, for a formula whose order is its number of estimates.</summary>
    public int Order => SingleSteps == 0 || lowerOrderFinal ? Math.Min(order, OrderWithFirstOrderStep) : order;

    /// <summary>The traits of a method that follows this plan.</summary>
    /// <param name="orderOfFormula">Order of the full formula where it is not its number of estimates.</param>
    public SolverTraits Traits(int? orderOfFormula = null) => new()
    {
        Order = Math.Min(Order, orderOfFormula ?? order),
        HistoryLength = Math.Max(order - 1, SingleSteps * SingleSteps),
        EvaluationsOverRun = levels => Enumerable.Range(0, levels.Count - 1).Sum(i => Calls(i, levels[i + 1])),
    };

    /// <summary>Why the plan cannot run along these levels.</summary>
    public string? Objection(IReadOnlyList<NoiseLevel> levels) => SingleSteps > 0 ? ExponentialSteps.ObjectionToNoSignal(levels) : null;

    /// <summary>The state after a step.</summary>
    public Tensor Step(in SolverStep step, IDenoiser denoiser, MultistepFormula formula)
    {
        if (step.Index < SingleSteps)
            return Start(step, denoiser);

        int wanted = Math.Min(order, step.Index + 1);
        if (lowerOrderFinal)
            wanted = Math.Min(wanted, step.Count - step.Index);
        List<Evaluation> estimates = [.. Past(step, wanted - 1)];
        estimates.Insert(0, new Evaluation(step.From, denoiser.Predict(step.X, step.From)));
        return formula(step, estimates);
    }

    private Tensor Start(in SolverStep step, IDenoiser denoiser) => SingleSteps == 2
        ? ExponentialForm.Data.StepSecond(SingleStepVariant.Taylor, 0.5, step, denoiser)
        : ExponentialForm.Data.StepThird(
            SingleStepVariant.Taylor, Solvers.SingleSteps.FirstOfThree, Solvers.SingleSteps.SecondOfThree, step, denoiser);

    // The first call of a step is at its start; later ones are inner stages. Levels without signal are no nodes: a polynomial through infinity
    // is the one without it.
    private List<Evaluation> Past(in SolverStep step, int wanted)
    {
        List<Evaluation> past = [];
        int place = -1;
        for (int i = step.Index - 1; i >= 0 && past.Count < wanted; i--)
        {
            place += Calls(i, step.From);
            if (place < step.History.Count && step.History[place].Level.Alpha > 0)
                past.Add(step.History[place]);
        }

        return past;
    }

    private int Calls(int index, NoiseLevel to) => index < SingleSteps && !to.IsClean ? SingleSteps : 1;
}

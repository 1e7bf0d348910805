using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>A predicted state.</summary>
/// <param name="x">The state to step from.</param>
/// <param name="to">The level to reach.</param>
/// <param name="estimates">Newest first; the first is at the state's level.</param>
internal delegate Tensor Predictor(Tensor x, NoiseLevel to, IReadOnlyList<Evaluation> estimates);

/// <summary>A corrected state.</summary>
/// <param name="x">The state to step from.</param>
/// <param name="end">The evaluation at the predicted state.</param>
/// <param name="estimates">The predictor's.</param>
internal delegate Tensor Corrector(Tensor x, Evaluation end, IReadOnlyList<Evaluation> estimates);

/// <summary>
/// Predictor and corrector with one evaluation a step: the one at a step's predicted end serves the next step as the one at its start. What the
/// methods of this kind share.
/// </summary>
/// <param name="order">Estimates of a full predictor.</param>
/// <param name="startUp">How the first steps are made.</param>
/// <param name="lowerOrderFinal">Whether the last steps are of orders …, 2, 1.</param>
internal sealed class PredictorCorrectorPlan(int order, StartUp startUp, bool lowerOrderFinal)
{
    private const int CallsOfThirdOrderStart = 3;

    // A first step of order 1 with its corrector errs by O(h³), which limits the run to order 3.
    private readonly bool _startsWithSingleStep = startUp == StartUp.SingleStep && order >= 3;

    /// <summary>The traits of a method that follows this plan.</summary>
    /// <param name="orderOfFormula">Order of the full formula where it is not one more than its number of estimates.</param>
    public SolverTraits Traits(int? orderOfFormula = null) => new()
    {
        Order = Math.Min(lowerOrderFinal ? 2 : _startsWithSingleStep ? 4 : 3, orderOfFormula ?? (order + 1)),
        HistoryLength = _startsWithSingleStep ? order + 2 : order,
        EvaluationsOverRun = Evaluations,
    };

    /// <summary>The state after a step.</summary>
    public Tensor Step(in SolverStep step, IDenoiser denoiser, Predictor predict, Corrector correct)
    {
        bool isLast = step.Index == step.Count - 1;
        if (step.Index == 0 && _startsWithSingleStep)
        {
            return ExponentialForm.Data.StepThird(
                SingleStepVariant.Taylor, SingleSteps.FirstOfThree, SingleSteps.SecondOfThree, step, denoiser);
        }

        int wanted = Math.Min(order, step.Index + 1);
        if (lowerOrderFinal)
            wanted = Math.Min(wanted, step.Count - step.Index);
        if (step.To.IsClean)
            wanted = 1;

        List<Evaluation> estimates = Estimates(step, denoiser);
        estimates.RemoveRange(wanted, estimates.Count - wanted);
        Tensor predicted = predict(step.X, step.To, estimates);
        return isLast ? predicted : correct(step.X, new Evaluation(step.To, denoiser.Predict(predicted, step.To)), estimates);
    }

    // Those at the starts of this and of past steps, newest first. The inner stages of a single-step start lie between the last two.
    private List<Evaluation> Estimates(in SolverStep step, IDenoiser denoiser)
    {
        List<Evaluation> estimates = [.. step.History];
        if (step.Index == 0 || (step.Index == 1 && _startsWithSingleStep))
            estimates.Insert(0, new Evaluation(step.From, denoiser.Predict(step.X, step.From)));
        if (_startsWithSingleStep && step.Index < order)
            estimates.RemoveRange(step.Index, CallsOfThirdOrderStart - 1);
        return [.. estimates.Take(Math.Min(order, step.Index + 1))];
    }

    private int Evaluations(IReadOnlyList<NoiseLevel> levels)
    {
        int steps = levels.Count - 1;
        if (!_startsWithSingleStep)
            return steps;
        if (steps == 1)
            return levels[1].IsClean ? 1 : CallsOfThirdOrderStart;
        return steps + 2;
    }
}

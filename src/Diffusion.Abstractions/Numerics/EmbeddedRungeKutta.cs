using static TorchSharp.torch;

namespace Diffusion.Numerics;

/// <summary>Steps of an explicit Runge-Kutta method along a flow, in time or in σ̂.</summary>
/// <remarks>
/// With u, y, f the variable, state and slope (t, x, dx/dt or σ̂, x/α, ε̂) a stage is y_i = y + (u_t − u_s) Σ_j a_ij k_j. In σ̂ the factors α
/// are multiplied back, so that x itself is what goes in and comes out.
/// </remarks>
/// <param name="tableau">The method's coefficients.</param>
public sealed class EmbeddedRungeKutta(EmbeddedTableau tableau)
{
    /// <summary>One step with its error: an evaluation a stage, the last of which is the slope at the end. Shapes of the state, (B, …).</summary>
    /// <param name="step">The step; its slope is the first stage.</param>
    /// <param name="slope">The flow's slope at a state and its levels.</param>
    public AdaptiveTrial Try(AdaptiveStep step, Func<Tensor, NoiseLevels, Tensor> slope)
    {
        List<Tensor> slopes = AllStages(step, slope);
        Tensor state = Move(step, step.To, tableau.Weights, slopes);
        Tensor last = slope(state, step.To);
        slopes.Add(last);
        return new AdaptiveTrial
        {
            State = state,
            Compared = state,
            EndSlope = last,
            Error = Error(step, tableau.ErrorWeights, slopes),
            CoarseError = tableau.CoarseErrorWeights is { } coarse ? Error(step, coarse, slopes) : null,
        };
    }

    /// <summary>One step without its error, for which the slope at the end is not needed. Shape of the state, (B, …).</summary>
    /// <param name="step">The step; its slope is the first stage.</param>
    /// <param name="slope">The flow's slope at a state and its levels.</param>
    public Tensor Advance(AdaptiveStep step, Func<Tensor, NoiseLevels, Tensor> slope) =>
        Move(step, step.To, tableau.Weights, AllStages(step, slope));

    private List<Tensor> AllStages(AdaptiveStep step, Func<Tensor, NoiseLevels, Tensor> slope)
    {
        List<Tensor> slopes = [step.Slope];
        for (int i = 1; i < tableau.Nodes.Count; i++)
        {
            NoiseLevels levels = step.Between(tableau.Nodes[i]);
            slopes.Add(slope(Move(step, levels, tableau.Stages[i], slopes), levels));
        }

        return slopes;
    }

    private static Tensor Move(AdaptiveStep step, NoiseLevels to, IReadOnlyList<double> weights, List<Tensor> slopes)
    {
        Tensor slope = Sum(weights, slopes);
        return step.Variable == StepVariable.Time
            ? step.Combine((_ => 1, step.X), (step.Length, slope))
            : step.Combine((i => to[i].Alpha / step.From[i].Alpha, step.X), (i => to[i].Alpha * step.Length(i), slope));
    }

    private static Tensor Error(AdaptiveStep step, IReadOnlyList<double> weights, List<Tensor> slopes) =>
        step.Combine((i => step.Length(i) * (step.Variable == StepVariable.Time ? 1 : step.To[i].Alpha), Sum(weights, slopes)));

    private static Tensor Sum(IReadOnlyList<double> weights, List<Tensor> slopes)
    {
        Tensor? sum = null;
        for (int i = 0; i < weights.Count; i++)
        {
            if (weights[i] == 0)
                continue;
            sum = sum is null ? slopes[i] * weights[i] : sum.add_(slopes[i], alpha: weights[i]);
        }

        return sum!;
    }
}

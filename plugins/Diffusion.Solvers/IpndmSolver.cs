using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="IpndmSolver"/>.</summary>
public sealed record IpndmOptions : ComponentOptions
{
    [Description("Estimates that a full step uses: 1 to 4.")]
    [Range(1, FixedAdamsSteps.FullOrder)]
    public int Order { get; init; } = FixedAdamsSteps.FullOrder;
}

/// <summary>iPNDM, Adams-Bashforth weights of equal steps on any steps. Order 2 whatever the number of estimates, one evaluation a step.</summary>
/// <remarks>
/// Zhang &amp; Chen 2023, "Fast sampling of diffusion models with exponential integrator", the "improved PNDM" of section 4; Liu et al. 2022. With
/// the weights b of the classical method, ((1), (3, −1)/2, (23, −16, 5)/12, (55, −59, 37, −9)/24) by the number of estimates at hand:
/// <code>
/// x_t = (α_t/α_s) x_s + (σ_t − α_t σ_s/α_s) Σ_j b_j ε̂_j
/// </code>
/// The weights are right for equal steps of σ̂ = σ/α alone. On a smooth grid neighbouring steps differ by O(h²), and so does the error of a step by
/// O(h³): order 2 with two, three or four estimates, though constants are small and the method is among the best with 8 to 10 evaluations. On a grid
/// whose neighbouring steps keep a ratio other than 1 the order is 1. <see cref="LinearMultistepSolver"/> has the weights for unequal steps.
/// </remarks>
[Component(ComponentKind.Solver, "ipndm", "iPNDM, Adams-Bashforth with the weights of equal steps: order 2, one evaluation per step",
    Reference = "Zhang & Chen 2023, section 4")]
[Variant("order=2")]
public sealed class IpndmSolver(IpndmOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = Math.Min(options.Order, 2),
        AssumesEqualSteps = options.Order > 1,
        HistoryLength = options.Order - 1,
    };

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        Prediction[] past = [.. step.History.Select(evaluation => evaluation.Prediction).Take(options.Order - 1)];
        Prediction current = denoiser.Predict(step.X, step.From);
        return past.Length == 0
            ? current.StateAt(step.To.Alpha, step.To.Sigma)
            : FixedAdamsSteps.AdamsBashforth(step.X, step.From, step.To, [current, .. past]);
    }
}

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>PLMS, the pseudo linear multistep method: iPNDM with Heun's method for the first step. Order 2, N + 1 evaluations.</summary>
/// <remarks>
/// Liu et al. 2022, "Pseudo numerical methods for diffusion models on manifolds", section 3.3, without its Runge-Kutta start (as latent diffusion and
/// diffusers with "skip_prk_steps"). With φ(x, ε; s, t) = (α_t/α_s) x + (σ_t − α_t σ_s/α_s) ε:
/// <code>
/// first   x_1 = φ(x_0, ½ (ε̂_0 + ε̂(φ(x_0, ε̂_0; 0, 1), 1)); 0, 1)
/// later   x_{i+1} = φ(x_i, Σ_j b_j ε̂_{i−j}; i, i + 1),   b of Adams-Bashforth 2, 3, 4 as the past grows
/// </code>
/// The second level is evaluated twice. The weights are those of equal steps: on a smooth grid the order is 2, see <see cref="IpndmSolver"/>. The
/// process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "plms", "PLMS, pseudo linear multistep: order 2, one evaluation per step and one more",
    Reference = "Liu et al. 2022, eq. 12")]
public sealed class PlmsSolver : ISolver
{
    private const int CallsOfFirst = 2;
    private static readonly double[] Mean = [0.5, 0.5];

    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new()
    {
        Order = 2,
        AssumesEqualSteps = true,
        HistoryLength = FixedAdamsSteps.FullOrder,
        EvaluationsOverRun = levels => levels.Count - 1 + (levels[1].IsClean ? 0 : CallsOfFirst - 1),
    };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => FixedAdamsSteps.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        Prediction[] past = [.. FixedAdamsSteps.Past(step, longSteps: 1, CallsOfFirst)];
        Prediction current = denoiser.Predict(step.X, from);
        if (step.Index > 0)
            return FixedAdamsSteps.AdamsBashforth(step.X, from, to, [current, .. past]);

        Tensor predicted = current.StateAt(to.Alpha, to.Sigma);
        return to.IsClean ? predicted : FixedAdamsSteps.Transfer(step.X, from, to, Mean, [current, denoiser.Predict(predicted, to)]);
    }
}

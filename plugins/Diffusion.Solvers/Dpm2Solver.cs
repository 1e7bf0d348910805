using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>DPM-2: the midpoint rule in σ̂ with its midpoint in log σ̂. Order 2, two evaluations a step.</summary>
/// <remarks>
/// k-diffusion's "sample_dpm_2" and diffusers' "KDPM2", after algorithm 2 of Karras et al. 2022, "Elucidating the design space of diffusion-based
/// generative models", with the idea of DPM-Solver-2 (Lu et al. 2022a). With σ̂ = σ/α and σ̂_m = √(σ̂_s σ̂_t):
/// <code>
/// u       = α_m (x_s/α_s + (σ̂_m − σ̂_s) ε̂_s)
/// x_t/α_t = x_s/α_s + (σ̂_t − σ̂_s) ε̂(u, m)
/// </code>
/// The geometric mean is off the arithmetic one by O(h²), which leaves the order at 2. A step to σ = 0 is Euler's: 2N − 1 evaluations. For the midpoint
/// in σ̂ or t itself see <see cref="HeunSolver"/> with <c>alpha: 0.5</c>. The process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-2", "Midpoint rule in sigma/alpha with the midpoint in its logarithm: order 2, two evaluations per step",
    Reference = "Karras et al. 2022, algorithm 2, as in k-diffusion", Aliases = ["kdpm2"])]
public sealed class Dpm2Solver() : SingleStepSolver(order: 2, evaluations: 2)
{
    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        (NoiseLevel from, NoiseLevel to) = (step.From, step.To);
        Prediction first = denoiser.Predict(step.X, from);
        if (to.IsClean)
            return first.StateAt(to.Alpha, to.Sigma);

        NoiseLevel middle = step.Schedule.AtHalfLogSnr(0.5 * (from.HalfLogSnr + to.HalfLogSnr));
        Prediction second = denoiser.Predict(first.StateAt(middle.Alpha, middle.Sigma), middle);
        return (step.X * (to.Alpha / from.Alpha)).add_(second.Epsilon, alpha: to.Sigma - (to.Alpha * from.NoiseToSignal));
    }
}

using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Steps of exponential integrators: the exact solution in λ but for the integral of the estimate, which is a weighted sum.</summary>
/// <remarks>
/// Lu et al. 2022a, "DPM-Solver", proposition 3.1, and 2022b, "DPM-Solver++", proposition 4.1. Weights w_j are of the order of h = λ_t − λ_s:
/// <code>
/// data   x_t = (σ_t/σ_s) x_s + α_t Σ_j w_j D_j,   Σ w_j = 1 − e^(−h)
/// noise  x_t = (α_t/α_s) x_s − σ_t Σ_j w_j ε̂_j,   Σ w_j = e^h − 1
/// </code>
/// </remarks>
internal static class ExponentialSteps
{
    /// <summary>Why a method that divides the first step's λ cannot begin at these levels.</summary>
    public static string? ObjectionToNoSignal(IReadOnlyList<NoiseLevel> levels) =>
        levels[0].Alpha == 0 ? "divides steps of log(α/σ), which has no bound at the first level (α = 0)" : null;

    /// <summary>The state at <paramref name="to"/> from <paramref name="x"/> at <paramref name="from"/>, by the formulas above.</summary>
    public static Tensor Advance(
        this ExponentialForm form, Tensor x, NoiseLevel from, NoiseLevel to, ReadOnlySpan<double> weights, IReadOnlyList<Prediction> estimates)
    {
        bool isData = form == ExponentialForm.Data;
        Tensor next = x * (isData ? to.Sigma / from.Sigma : to.Alpha / from.Alpha);
        for (int j = 0; j < weights.Length; j++)
        {
            if (weights[j] != 0)
                next.add_(isData ? estimates[j].X0 : estimates[j].Epsilon, alpha: (isData ? to.Alpha : -to.Sigma) * weights[j]);
        }

        return next;
    }

    /// <summary>The weights that are exact for polynomials of λ through the estimates' levels, which may include the one to reach.</summary>
    public static double[] ExactWeights(this ExponentialForm form, IEnumerable<NoiseLevel> nodes, NoiseLevel from, NoiseLevel to) =>
        LagrangeIntegrals.Exponential(
            [.. nodes.Select(node => node.HalfLogSnr)], from.HalfLogSnr, to.HalfLogSnr, form == ExponentialForm.Data ? -1 : 1);

    /// <summary>h φ_k(∓h): the integral of the k − 1st power of the way, over (k − 1)!, against this form's exponential.</summary>
    public static double Moment(this ExponentialForm form, int k, double h) => h * PhiFunctions.Phi(k, form == ExponentialForm.Data ? -h : h);

    /// <summary>The exponential Adams-Bashforth step from the first estimate's state; DDIM's where there is one estimate or no noise is left.</summary>
    public static Tensor AdamsBashforth(this ExponentialForm form, NoiseLevel to, IReadOnlyList<Evaluation> estimates) =>
        estimates.Count == 1 || to.IsClean
            ? estimates[0].Prediction.StateAt(to.Alpha, to.Sigma)
            : form.AdamsBashforth(estimates[0].Prediction.State, to, estimates);

    /// <summary>
    /// The exponential Adams-Bashforth step from a state at the first estimate's level, which need not be the one that the estimate was made at.
    /// To σ = 0 it takes one estimate only.
    /// </summary>
    public static Tensor AdamsBashforth(this ExponentialForm form, Tensor x, NoiseLevel to, IReadOnlyList<Evaluation> estimates)
    {
        NoiseLevel from = estimates[0].Level;
        if (to.IsClean)
        {
            Prediction newest = estimates[0].Prediction;
            return form == ExponentialForm.Data
                ? newest.X0 * to.Alpha
                : (x * (to.Alpha / from.Alpha)).add_(newest.Epsilon, alpha: -to.Alpha * from.NoiseToSignal);
        }

        double[] weights = form.ExactWeights(estimates.Select(estimate => estimate.Level), from, to);
        return form.Advance(x, from, to, weights, [.. estimates.Select(estimate => estimate.Prediction)]);
    }
}

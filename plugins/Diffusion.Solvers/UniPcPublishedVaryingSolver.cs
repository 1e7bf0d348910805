using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="UniPcPublishedVaryingSolver"/>.</summary>
public sealed record UniPcPublishedVaryingOptions : ComponentOptions
{
    [Description("Estimates that the predictor uses, 1 to 3.")]
    [Range(1, 3)]
    public int Order { get; init; } = 2;

    [Description("The estimate that is a polynomial of λ: data or noise.")]
    public ExponentialForm Form { get; init; }

    [Description("Whether the last steps are of orders …, 2, 1, as the authors' code does by default.")]
    public bool LowerOrderFinal { get; init; } = true;
}

/// <summary>UniPC with varying coefficients as its authors' code has it: order 1 for two and three estimates. One evaluation a step.</summary>
/// <remarks>
/// Zhao et al. 2023, "UniPC: a unified predictor-corrector framework for fast sampling of diffusion models", appendix C, as the repository
/// implements it ("vary_coeff"). The paper's corrector with p estimates and the end is, for data prediction with h = λ_t − λ_s, the D_j at s + r_j h
/// and A = C⁻¹, C_jk = r_j^(k−1)/k!:
/// <code>
/// x_t = (σ_t/σ_s) x_s + α_t h [φ₁ D_s + Σ_k φ_{k+1} Σ_j A_kj (D_j − D_s)/r_j]          r_p = 1, D_p = D(x̃_t, t)
/// </code>
/// The code leaves D_p out of all terms but the last, which has it alone, with A_{p−1,p} in place of A_pp. The sum is no longer the integral of
/// anything, and runs converge with order 1; with p = 1 there is one term, and the method is of order 2. <see cref="UniPcSolver"/> with
/// <c>function: exact</c> is what the paper says. Here to be compared with published results.
/// </remarks>
[Component(ComponentKind.Solver, "unipc-vary-published", "UniPC with varying coefficients as its authors' code has it: order 1 from two estimates on",
    Reference = "Zhao et al. 2023, appendix C, as in the authors' code")]
public sealed class UniPcPublishedVaryingSolver(UniPcPublishedVaryingOptions options) : ISolver
{
    private readonly PredictorCorrectorPlan _plan = new(options.Order, StartUp.Ramp, options.LowerOrderFinal);

    /// <inheritdoc/>
    public SolverTraits Traits => _plan.Traits(orderOfFormula: options.Order == 1 ? 2 : 1);

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => ExponentialSteps.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) => _plan.Step(step, denoiser, Predict, Correct);

    private Tensor Predict(Tensor x, NoiseLevel to, IReadOnlyList<Evaluation> estimates) => options.Form.AdamsBashforth(x, to, estimates);

    private Tensor Correct(Tensor x, Evaluation end, IReadOnlyList<Evaluation> estimates)
    {
        (NoiseLevel from, NoiseLevel to) = (estimates[0].Level, end.Level);
        double h = to.HalfLogSnr - from.HalfLogSnr;
        int count = estimates.Count;
        double[] nodes = [.. estimates.Select(estimate => estimate.Level.HalfLogSnr), to.HalfLogSnr];
        double[] weights = new double[count + 1];

        // The coefficient of θ^k in ℓ_j, times k!, is A_kj/r_j.
        for (int k = 1; k < count; k++)
        {
            for (int j = 1; j < count; j++)
                weights[j] += options.Form.Moment(k + 1, h) * Entry(k, j);
        }

        weights[count] = options.Form.Moment(count + 1, h) * Entry(Math.Max(count - 1, 1), count);
        weights[0] = options.Form.Moment(1, h) - weights[1..].Sum();
        return options.Form.Advance(x, from, to, weights, [.. estimates.Select(estimate => estimate.Prediction), end.Prediction]);

        double Entry(int k, int j) => Factorial(k) * LagrangeIntegrals.BasisCoefficients(nodes, j, from.HalfLogSnr, h)[k];
    }

    private static double Factorial(int k) => k <= 1 ? 1 : k * Factorial(k - 1);
}

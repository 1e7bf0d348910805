using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="UniPcSolver"/>.</summary>
public sealed record UniPcOptions : ComponentOptions
{
    [Description("Estimates that the predictor uses, 1 to 3. With the corrector the order of convergence is one more.")]
    [Range(1, 3)]
    public int Order { get; init; } = 2;

    [Description("The estimate that is a polynomial of λ: data (steadier) or noise.")]
    public ExponentialForm Form { get; init; }

    [Description("B(h): bh1, bh2, or exact for weights without the authors' simplifications.")]
    public UniPcFunction Function { get; init; } = UniPcFunction.Bh2;

    [Description("Whether each step but the last is corrected with the evaluation at its end, which the next step then uses: no further evaluation.")]
    public bool Corrector { get; init; } = true;

    [Description("The first steps: single-step (keeps order 4 of order 3, two evaluations more) or ramp (orders 1, 2, 3 as other libraries).")]
    public StartUp StartUp { get; init; }

    [Description("Whether the last steps are of orders …, 2, 1, as other libraries do; steadier with few steps, but the run is then of order 2.")]
    public bool LowerOrderFinal { get; init; }
}

/// <summary>UniPC, the unified predictor-corrector. Order p + 1 with p estimates, one evaluation a step.</summary>
/// <remarks>
/// Zhao et al. 2023, "UniPC: a unified predictor-corrector framework for fast sampling of diffusion models", algorithms 1 to 3. For data
/// prediction, with weights that integrate the polynomial of λ through the estimates exactly:
/// <code>
/// predictor  x̃_t = (σ_t/σ_s) x_s + α_t Σ_j w_j D_j                    D_j at s and the p − 1 levels before
/// corrector  x_t = (σ_t/σ_s) x_s + α_t [w'_t D(x̃_t, t) + Σ_j w'_j D_j]
/// </code>
/// and with ε̂, α_t/α_s and −σ_t for noise prediction. D(x̃_t, t) is what the next step starts from; the model is not asked again at x_t. The
/// last step has no corrector, so that N steps cost N evaluations. bh1 and bh2 set the solved coefficient of the predictor of order 2 and of the
/// corrector of order 1 to ½, times B(h). The first step of a ramp errs by O(h³); with <c>order: 3</c> and <c>startUp: single-step</c> it is
/// DPM-Solver++(3S) instead: two evaluations more, and order 4. A step to σ = 0 is DDIM's. The process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "unipc", "UniPC, unified predictor-corrector: order p + 1 with p estimates, one evaluation per step",
    Reference = "Zhao et al. 2023, algorithms 1 to 3")]
[Variant("order=1")]
[Variant("order=3")]
[Variant("function=bh1")]
[Variant("form=noise")]
[Variant("corrector=false")]
public sealed class UniPcSolver(UniPcOptions options) : ISolver
{
    private readonly PredictorCorrectorPlan _plan = new(options.Order, options.StartUp, options.LowerOrderFinal);
    private readonly MultistepPlan _predictorPlan = new(options.Order, options.StartUp, options.LowerOrderFinal);

    /// <inheritdoc/>
    public SolverTraits Traits => options.Corrector ? _plan.Traits() : _predictorPlan.Traits();

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => ExponentialSteps.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser) => options.Corrector
        ? _plan.Step(step, denoiser, Predict, Correct)
        : _predictorPlan.Step(step, denoiser, (in SolverStep s, IReadOnlyList<Evaluation> estimates) => Predict(s.X, s.To, estimates));

    private Tensor Predict(Tensor x, NoiseLevel to, IReadOnlyList<Evaluation> estimates)
    {
        if (options.Function == UniPcFunction.Exact || estimates.Count != 2 || to.IsClean)
            return options.Form.AdamsBashforth(x, to, estimates);

        NoiseLevel from = estimates[0].Level;
        double h = to.HalfLogSnr - from.HalfLogSnr;
        double ofOld = 0.5 * B(h) * h / (estimates[1].Level.HalfLogSnr - from.HalfLogSnr);
        return options.Form.Advance(x, from, to, [options.Form.Moment(1, h) - ofOld, ofOld], [.. estimates.Select(estimate => estimate.Prediction)]);
    }

    private Tensor Correct(Tensor x, Evaluation end, IReadOnlyList<Evaluation> estimates)
    {
        (NoiseLevel from, NoiseLevel to) = (estimates[0].Level, end.Level);
        if (options.Function == UniPcFunction.Exact || estimates.Count > 1)
        {
            Evaluation[] all = [end, .. estimates];
            double[] weights = options.Form.ExactWeights(all.Select(estimate => estimate.Level), from, to);
            return options.Form.Advance(x, from, to, weights, [.. all.Select(estimate => estimate.Prediction)]);
        }

        double h = to.HalfLogSnr - from.HalfLogSnr;
        double ofEnd = 0.5 * B(h);
        return options.Form.Advance(x, from, to, [options.Form.Moment(1, h) - ofEnd, ofEnd], [estimates[0].Prediction, end.Prediction]);
    }

    private double B(double h) => options.Function == UniPcFunction.Bh1 ? h : options.Form.Moment(1, h);
}

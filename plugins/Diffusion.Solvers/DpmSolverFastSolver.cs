using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Solvers;

/// <summary>Options of <see cref="DpmSolverFastSolver"/>.</summary>
public sealed record DpmSolverFastOptions : ComponentOptions
{
    [Description("Largest order of a group, which is its number of evaluations: 2 or 3.")]
    [Range(2, 3)]
    public int Order { get; init; } = 3;

    [Description("The estimate that is a polynomial of λ: noise (DPM-Solver) or data (DPM-Solver++).")]
    public ExponentialForm Form { get; init; } = ExponentialForm.Noise;

    [Description("How a group's last step makes its slope of the evaluations: dpm-solver (the paper's) or taylor.")]
    public SingleStepVariant Variant { get; init; }

    [Description("The same of the middle step of a group of three: taylor (the authors' and k-diffusion's) or dpm-solver (diffusers' midpoint).")]
    public SingleStepVariant MiddleVariant { get; init; } = SingleStepVariant.Taylor;

    [Description("Whether a run of 3n steps ends with groups of 2 and 1 rather than 3, as the paper has it.")]
    public bool LowerOrderFinal { get; init; } = true;
}

/// <summary>DPM-Solver-fast: single-step DPM-Solvers whose stages are the grid's own levels. Order 2, exactly one evaluation a step.</summary>
/// <remarks>
/// Lu et al. 2022a, "DPM-Solver: a fast ODE solver for diffusion probabilistic model sampling in around 10 steps", section 3.4. Neighbouring steps
/// of the grid form groups; a group of k goes from its first level to its last with DPM-Solver-k, whose inner evaluations are made at the levels
/// between, wherever these are (r₁ and r₂ follow from them). After each step inside a group the state is that of the stage, of lower order. The
/// groups of N steps:
/// <code>
/// order 3   3, 3, …, 3, 2, 1 (N = 3n; all 3 without lowerOrderFinal)     3, …, 3, 1 (3n + 1)     3, …, 3, 2 (3n + 2)
/// order 2   2, …, 2 (N = 2n)     2, …, 2, 1 (2n + 1)
/// </code>
/// A group of 1 at the end errs by O(h²), which makes the run one of order 2; groups of three at equal distances in λ are of order 3 between. This
/// is "singlestep" of diffusers. On the grid dpm-fast, whose groups are equally long in λ, it is k-diffusion's "dpm_fast" and "singlestep" of the authors'
/// code; on a grid of equal steps it is another method, whose last groups are shorter.
/// A step to σ = 0 is DDIM's from where it stands. The process must not start at α = 0.
/// </remarks>
[Component(ComponentKind.Solver, "dpm-solver-fast",
    "DPM-Solver-fast, single-step groups over the grid's levels: order 2, one evaluation per step; on the grid dpm-fast it is k-diffusion's dpm_fast",
    Reference = "Lu et al. 2022a, section 3.4", Aliases = ["dpm-solver-singlestep"])]
[Variant("order=2")]
[Variant("form=data")]
public sealed class DpmSolverFastSolver(DpmSolverFastOptions options) : ISolver
{
    /// <inheritdoc/>
    public SolverTraits Traits { get; } = new() { Order = 2, HistoryLength = options.Order - 1 };

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => ExponentialSteps.ObjectionToNoSignal(levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        NoiseLevel to = step.To;
        (int place, int size) = PlaceInGroup(step.Index, step.Count);
        IReadOnlyList<Evaluation> history = step.History;
        Prediction current = denoiser.Predict(step.X, step.From);
        if (place == 0 || to.IsClean)
            return current.StateAt(to.Alpha, to.Sigma);

        Prediction start = history[place - 1].Prediction;
        return place == 1
            ? options.Form.Second(size == 2 ? options.Variant : options.MiddleVariant, start, current, to)
            : options.Form.Third(options.Variant, start, history[0].Prediction, current, to);
    }

    private (int Place, int Size) PlaceInGroup(int index, int count)
    {
        int rest = count % options.Order;
        bool splitsLast = options.Order == 3 && rest == 0 && options.LowerOrderFinal;
        int inFullGroups = splitsLast ? count - 3 : count - rest;
        if (index < inFullGroups)
            return (index % options.Order, options.Order);

        int after = index - inFullGroups;
        return splitsLast ? (after == 2 ? 0 : after, after == 2 ? 1 : 2) : (after, rest);
    }
}

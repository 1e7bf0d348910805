namespace Diffusion.Solvers;

/// <summary>DPM-Solver-12: DPM-Solver-2 with steps controlled by DPM-Solver-1. Order 2, two evaluations a step.</summary>
/// <remarks>Lu et al. 2022, appendix C. See <see cref="AdaptiveDpmSolver"/>.</remarks>
[Component(ComponentKind.Solver, "dpm-solver-12", "Adaptive DPM-Solver of order 2 with step control in λ: two evaluations per step",
    Reference = "Lu et al. 2022, appendix C")]
[Variant("coupling=grid")]
[Variant("coupling=grid", "form=data")]
[Variant("rule=elementary", "safety=0.9")]
public sealed class DpmSolver12Solver(AdaptiveDpmOptions options)
    : AdaptiveDpmSolver(2, options);

namespace Diffusion.Solvers;

/// <summary>DPM-Solver-23: DPM-Solver-3 with steps controlled by DPM-Solver-2. Order 3, three evaluations a step.</summary>
/// <remarks>Lu et al. 2022, appendix C; k-diffusion's dpm_adaptive of order 3. See <see cref="AdaptiveDpmSolver"/>.</remarks>
[Component(ComponentKind.Solver, "dpm-solver-23", "Adaptive DPM-Solver of order 3 with step control in λ: three evaluations per step",
    Aliases = ["dpm-adaptive"], Reference = "Lu et al. 2022, appendix C")]
[Variant("coupling=grid")]
[Variant("coupling=grid", "form=data")]
[Variant("rule=elementary", "safety=0.9")]
public sealed class DpmSolver23Solver(AdaptiveDpmOptions options)
    : AdaptiveDpmSolver(3, options);

using Diffusion.Numerics;

namespace Diffusion.Solvers;

/// <summary>The pair of Bogacki and Shampine with step control. Order 3, three evaluations a step.</summary>
/// <remarks>
/// Bogacki &amp; Shampine 1989, with local extrapolation: SciPy's RK23, the cheapest for loose tolerances. See <see cref="AdaptiveRungeKuttaSolver"/>.
/// </remarks>
[Component(ComponentKind.Solver, "rk23", "Bogacki-Shampine 3(2) on the probability-flow ODE with step control: order 3, three evaluations per step",
    Aliases = ["bosh3"], Reference = "Bogacki & Shampine 1989")]
[Variant("coupling=grid")]
public sealed class Rk23Solver(AdaptiveRungeKuttaOptions options)
    : AdaptiveRungeKuttaSolver(EmbeddedTableau.BogackiShampine32, options);

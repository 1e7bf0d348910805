using Diffusion.Numerics;

namespace Diffusion.Solvers;

/// <summary>The method DOP853 with step control. Order 8, twelve evaluations a step.</summary>
/// <remarks>
/// Hairer, Nørsett &amp; Wanner 1993, II.5 and II.10: the cheapest for tight tolerances, as reference solutions and likelihoods need them. See
/// <see cref="AdaptiveRungeKuttaSolver"/>.
/// </remarks>
[Component(ComponentKind.Solver, "dop853", "DOP853 on the probability-flow ODE with step control: order 8, twelve evaluations per step",
    Reference = "Hairer, Nørsett & Wanner 1993, section II.10")]
public sealed class Dop853Solver(AdaptiveRungeKuttaOptions options)
    : AdaptiveRungeKuttaSolver(EmbeddedTableau.DormandPrince853, options);

using Diffusion.Numerics;

namespace Diffusion.Solvers;

/// <summary>The pair of Dormand and Prince with step control. Order 5, six evaluations a step.</summary>
/// <remarks>
/// Dormand &amp; Prince 1980, table 2, with local extrapolation: SciPy's RK45, torchdiffeq's dopri5, the ODE sampler of Song et al. 2021. See
/// <see cref="AdaptiveRungeKuttaSolver"/>.
/// </remarks>
[Component(ComponentKind.Solver, "rk45", "Dormand-Prince 5(4) on the probability-flow ODE with step control: order 5, six evaluations per step",
    Aliases = ["dopri5"], Reference = "Dormand & Prince 1980; Song et al. 2021, section 4.3")]
public sealed class Rk45Solver(AdaptiveRungeKuttaOptions options)
    : AdaptiveRungeKuttaSolver(EmbeddedTableau.DormandPrince54, options);

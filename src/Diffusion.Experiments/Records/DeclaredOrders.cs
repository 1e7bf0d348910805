namespace Diffusion.Experiments.Records;

/// <summary>The orders of convergence that a cell's solver declared when it ran.</summary>
/// <param name="Law">That of the law of its samples; null where it declares none.</param>
/// <param name="Paths">That of its paths, on one Brownian path where it draws noise; null where it declares none.</param>
public sealed record DeclaredOrders(double? Law, double? Paths)
{
    /// <summary>Those of a solver.</summary>
    public static DeclaredOrders FromTraits(SolverTraits traits) => new(traits.Order, traits.IsStochastic ? traits.StrongOrder : traits.Order);
}

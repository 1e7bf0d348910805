namespace Diffusion;

/// <summary>At which order a value falls as a solver takes more steps, where the solver is all that errs.</summary>
public enum MetricConvergence
{
    /// <summary>Nothing is said: the value has other parts, or goes as another power.</summary>
    Unknown,

    /// <summary>At the order of the solver in law, <see cref="SolverTraits.Order"/>: distances between laws.</summary>
    Law,

    /// <summary>At its order along paths: <see cref="SolverTraits.StrongOrder"/> of a stochastic method, <see cref="SolverTraits.Order"/> of others.</summary>
    Paths,
}

namespace Diffusion;

/// <summary>What Hutchinson's probes are drawn from.</summary>
public enum ProbeDistribution
{
    /// <summary>±1 with equal chance: no variance from the diagonal.</summary>
    Rademacher,

    /// <summary>N(0, I).</summary>
    Gaussian,
}

namespace Diffusion.Losses;

/// <summary>The law of random probes v with E v vᵀ = I.</summary>
public enum ProjectionDistribution
{
    /// <summary>Every entry ±1: the least variance of vᵀ J v among laws with independent entries.</summary>
    Rademacher,

    /// <summary>v ~ N(0, I).</summary>
    Gaussian,

    /// <summary>Uniform on the sphere of radius √D.</summary>
    Sphere,
}

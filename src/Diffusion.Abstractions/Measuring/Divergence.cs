namespace Diffusion;

/// <summary>How the divergence of a flow is computed.</summary>
public enum Divergence
{
    /// <summary>The trace of the Jacobian, by one backward pass a dimension.</summary>
    Exact,

    /// <summary>vᵀ (∂u/∂x) v averaged over random probes v with E v vᵀ = I (Hutchinson 1990): unbiased, one backward pass a probe.</summary>
    Hutchinson,
}

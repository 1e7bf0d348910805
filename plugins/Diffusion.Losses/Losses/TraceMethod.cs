namespace Diffusion.Losses;

/// <summary>How the trace of a Jacobian is found.</summary>
public enum TraceMethod
{
    /// <summary>One backward pass a dimension.</summary>
    Exact,

    /// <summary>Random probes: one backward pass each, unbiased.</summary>
    Hutchinson,
}

namespace Diffusion.Experiments.Claims;

/// <summary>Which way a value goes.</summary>
public enum MonotoneDirection
{
    /// <summary>It falls.</summary>
    Decreasing,

    /// <summary>It rises.</summary>
    Increasing,
}

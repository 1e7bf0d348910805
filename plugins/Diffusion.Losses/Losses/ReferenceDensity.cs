namespace Diffusion.Losses;

/// <summary>The density whose score is matched.</summary>
public enum ReferenceDensity
{
    /// <summary>The data's own, where it is a known Gaussian mixture.</summary>
    Known,

    /// <summary>A Gaussian kernel density estimate from the rows to learn from.</summary>
    Kde,
}

namespace Diffusion;

/// <summary>How the factor between two steps is kept within bounds.</summary>
public enum FactorLimit
{
    /// <summary>Cut off at the smallest and the largest factor.</summary>
    Clip,

    /// <summary>1 + arctan(factor − 1): smooth, between 0.21 and 2.57 (Söderlind &amp; Wang 2006).</summary>
    Arctangent,
}

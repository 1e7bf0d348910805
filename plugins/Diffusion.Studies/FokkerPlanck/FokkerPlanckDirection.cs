namespace Diffusion.Studies.FokkerPlanck;

/// <summary>Which process the equation is of.</summary>
public enum FokkerPlanckDirection
{
    /// <summary>The noising process, from the data to noise.</summary>
    Forward,

    /// <summary>Its time reversal, from noise back to the data, whose drift has the exact score.</summary>
    Reverse,
}

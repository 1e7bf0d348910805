namespace Diffusion.Grids;

/// <summary>Where a grid ends.</summary>
public enum GridEnd
{
    /// <summary>At clean data: the step from the smallest noise to σ = 0 is one of the steps.</summary>
    Zero,

    /// <summary>At the smallest noise.</summary>
    Minimum,
}

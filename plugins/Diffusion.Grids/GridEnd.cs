namespace Diffusion.Grids;

/// <summary>Where a grid of N steps ends.</summary>
public enum GridEnd
{
    /// <summary>At clean data: the step from the smallest noise to σ = 0 is the last of the N.</summary>
    Zero,

    /// <summary>At the smallest noise, which the last of the N steps reaches.</summary>
    Minimum,

    /// <summary>
    /// At clean data by one step more: N steps to the smallest noise, then the denoised estimate there (Tweedie's formula). The extra step
    /// is one to σ = 0 like any other, so that its evaluation is counted.
    /// </summary>
    Denoise,
}

namespace Diffusion.Data;

/// <summary>Mixtures that the literature knows by a name.</summary>
public enum MixturePreset
{
    /// <summary>None: the mixture is given by its means.</summary>
    None,

    /// <summary>
    /// 25 Gaussians on a 5 × 5 grid, in the scaling of Gulrajani et al. 2017: spacing 2/2.828, standard deviation 0.05/2.828, so that each
    /// dimension has variance 1.0006.
    /// </summary>
    Grid25,

    /// <summary>8 Gaussians on a circle, in the scaling of Gulrajani et al. 2017: radius 2/1.414, standard deviation 0.02/1.414.</summary>
    Ring8,
}

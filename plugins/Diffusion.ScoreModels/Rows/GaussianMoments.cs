namespace Diffusion.ScoreModels.Rows;

/// <summary>Where a Gaussian's moments come from.</summary>
public enum GaussianMoments
{
    /// <summary>The law behind the data where it is known, else the rows.</summary>
    Law,

    /// <summary>The training rows.</summary>
    Rows,
}

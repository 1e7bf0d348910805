namespace Diffusion.ScoreModels.Rows;

/// <summary>Rules for the width of a kernel density's kernels.</summary>
public enum BandwidthRule
{
    /// <summary>h = N^(−1/(D+4)) of the rows' covariance.</summary>
    Scott,

    /// <summary>h = (N (D + 2)/4)^(−1/(D+4)) of the rows' covariance.</summary>
    Silverman,

    /// <summary>A given standard deviation.</summary>
    Fixed,
}

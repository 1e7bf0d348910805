namespace Diffusion;

/// <summary>How the errors of a coupled batch become one number.</summary>
public enum BatchNorm
{
    /// <summary>The root mean square over all numbers of all samples.</summary>
    RootMeanSquare,

    /// <summary>The largest of the samples' root mean squares.</summary>
    LargestSample,
}

namespace Diffusion.ScoreModels.Kernels;

/// <summary>What a kernel score field is added to.</summary>
public enum KernelScoreBase
{
    /// <summary>The score of the Gaussian with the rows' moments at the level: the kernels fit what it leaves.</summary>
    Gaussian,

    /// <summary>Nothing: far from all points the score is 0.</summary>
    None,
}

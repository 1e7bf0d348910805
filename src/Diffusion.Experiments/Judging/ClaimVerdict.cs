namespace Diffusion.Experiments.Judging;

/// <summary>What the records of a run say of a claim.</summary>
public enum ClaimVerdict
{
    /// <summary>What is claimed is so.</summary>
    Held,

    /// <summary>What is claimed is not so.</summary>
    Failed,

    /// <summary>The numbers do not tell.</summary>
    Undecided,
}

namespace Diffusion.Experiments.Claims;

/// <summary>One of the things that must hold for a claim to hold.</summary>
/// <param name="Place">Which: the labels that set it apart from the others of the claim; "" for the only one.</param>
public abstract record ClaimedComparison(string Place)
{
    /// <summary>The configurations that it is about.</summary>
    internal abstract IEnumerable<ClaimedConfiguration> Configurations { get; }
}

namespace Diffusion.Experiments.Components;

/// <summary>An amount to be spent.</summary>
/// <param name="Amount">How much.</param>
/// <param name="IsLimit">Whether less may be spent; else it is to be met exactly.</param>
public readonly record struct Budget(int Amount, bool IsLimit)
{
    /// <summary>The key under which manifests state an amount that need not be met.</summary>
    internal const string AtMost = "atMost";
}

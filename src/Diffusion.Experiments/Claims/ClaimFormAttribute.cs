namespace Diffusion.Experiments.Claims;

/// <summary>Names a form of claims.</summary>
/// <param name="name">What <c>"claim"</c> says in a manifest.</param>
/// <param name="summary">What such a claim says, for people.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ClaimFormAttribute(string name, string summary) : Attribute
{
    /// <summary>What <c>"claim"</c> says in a manifest.</summary>
    public string Name { get; } = name;

    /// <summary>What such a claim says, for people.</summary>
    public string Summary { get; } = summary;
}

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A mistake, and the claims of a manifest that it turns to failed.</summary>
/// <param name="Manifest">The manifest, below <c>experiments</c>.</param>
/// <param name="Kind">The kind of the component that the mistake is in.</param>
/// <param name="Component">The name of that component.</param>
/// <param name="Implementation">The component with the mistake.</param>
/// <param name="Claims">The claims, by their places in <c>expect</c>.</param>
public sealed record Mutant(string Manifest, ComponentKind Kind, string Component, Type Implementation, params int[] Claims)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Manifest}: {Implementation.Name.Split('`')[0]} in {Component}";
}

namespace Diffusion.Experiments.Components;

/// <summary>A component with its options, bound and validated.</summary>
/// <param name="Descriptor">The component.</param>
/// <param name="Options">Its options; null when it has none.</param>
/// <param name="Json">What was chosen, for people: <c>use</c> and every option, defaults included, paths as the manifest states them.</param>
/// <param name="CanonicalJson">What was chosen, for keys: keys sorted, assembly and version as <c>$from</c>, paths replaced by their file's SHA-256.</param>
public sealed record ComponentChoice(ComponentDescriptor Descriptor, ComponentOptions? Options, string Json, string CanonicalJson)
{
    /// <summary>The component's name.</summary>
    public string Name => Descriptor.Name;
}

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

    /// <summary>Whether no component stands there: a study has neither solver nor grid, and what it does not need is not stated.</summary>
    public bool IsNone => CanonicalJson.Length == 0;

    /// <summary>The place of a component where none stands.</summary>
    internal static ComponentChoice None(ComponentKind kind) => new(
        new()
        {
            Kind = kind,
            Name = "",
            Summary = "",
            Reference = "",
            ImplementationType = typeof(object),
            AssemblyName = "",
            Version = "",
            AssemblyPath = "",
        },
        null,
        "",
        "");
}

namespace Diffusion.Experiments.Manifests;

/// <summary>A key and its value.</summary>
/// <param name="Name">The key.</param>
/// <param name="NameOrigin">Where the key is written.</param>
/// <param name="Value">The value.</param>
internal sealed record ManifestMember(string Name, ManifestOrigin NameOrigin, ManifestNode Value);

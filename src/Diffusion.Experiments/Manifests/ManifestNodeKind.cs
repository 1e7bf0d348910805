namespace Diffusion.Experiments.Manifests;

/// <summary>What a JSON value is.</summary>
internal enum ManifestNodeKind
{
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

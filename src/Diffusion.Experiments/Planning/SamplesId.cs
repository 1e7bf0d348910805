using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Planning;

/// <summary>What the samples of a cell are called: the first digits of the key of everything that they depend on.</summary>
[JsonConverter(typeof(IdentityJson<SamplesId>))]
public sealed record SamplesId : IIdentity<SamplesId>
{
    private readonly string _text;

    private SamplesId(string text) => _text = text;

    internal static SamplesId FromKey(StageKey key) => new(key[..CellId.Length]);


    /// <inheritdoc/>
    public static SamplesId Parse(string text) => new(text);

    /// <summary>Its text.</summary>
    [return: NotNullIfNotNull(nameof(identity))]
    public static implicit operator string?(SamplesId? identity) => identity?._text;

    /// <inheritdoc/>
    public override string ToString() => _text;
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Planning;

/// <summary>
/// What a stage of an experiment is found by: the SHA-256 (lower-case hex) of everything that it depends on. Only <see cref="CellKeys"/> makes them.
/// </summary>
[JsonConverter(typeof(IdentityJson<StageKey>))]
public sealed record StageKey : IIdentity<StageKey>
{
    private readonly string _text;

    private StageKey(string text) => _text = text;

    internal static StageKey FromDigest(ReadOnlySpan<byte> digest) => new(Convert.ToHexStringLower(digest));


    /// <inheritdoc/>
    public static StageKey Parse(string text) => new(text);

    /// <summary>Its text.</summary>
    [return: NotNullIfNotNull(nameof(identity))]
    public static implicit operator string?(StageKey? identity) => identity?._text;

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>How many digits it has.</summary>
    public int Length => _text.Length;

    /// <summary>Some of its digits.</summary>
    public string Slice(int start, int length) => _text.Substring(start, length);
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Planning;

/// <summary>What a cell is called: the first digits of its key, the same in every run that has the cell, and fit for a file's name.</summary>
[JsonConverter(typeof(IdentityJson<CellId>))]
public sealed record CellId : IIdentity<CellId>
{
    private readonly string _text;

    private CellId(string text) => _text = text;

    // Among 100 000 cells two share so many digits with a probability of 2 in 100 000, and a plan checks.
    internal const int Length = 12;

    internal static CellId FromKey(StageKey key) => new(key[..Length]);


    /// <inheritdoc/>
    public static CellId Parse(string text) => new(text);

    /// <summary>Its text.</summary>
    [return: NotNullIfNotNull(nameof(identity))]
    public static implicit operator string?(CellId? identity) => identity?._text;

    /// <inheritdoc/>
    public override string ToString() => _text;
}

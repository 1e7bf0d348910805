namespace Diffusion;

/// <summary>What is known of a data set without its rows. Score models and metrics may ask for it in their constructors.</summary>
public sealed record DataDescription
{
    /// <summary>A name for people and trackers.</summary>
    public required string Name { get; init; }

    /// <summary>Shape of one sample, without the batch: (D) or (C, H, W).</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>Names of the dimensions, where they have any.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Where the data come from: a file or a formula.</summary>
    public string Source { get; init; } = "";

    /// <summary>SHA-256 of the rows' content, lower-case hex.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Per-dimension mean and scale that were taken out (original = mean + scale · x); null when the rows are in their own units.</summary>
    public Standardization? Standardization { get; init; }

    /// <summary>The distribution itself, where it is a known mixture (in the units of the rows).</summary>
    public GaussianMixture? Mixture { get; init; }
}

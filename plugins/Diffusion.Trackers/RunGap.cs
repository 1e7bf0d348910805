using System.Globalization;
using MLflow;

namespace Diffusion.Trackers;

/// <summary>What sets a stored run apart from what it is to be.</summary>
internal sealed record RunGap
{
    /// <summary>Whether the store has what the records do not say.</summary>
    public required bool IsStale { get; init; }

    public required IReadOnlyList<Metric> Metrics { get; init; }

    public required IReadOnlyList<Param> Parameters { get; init; }

    public required IReadOnlyList<RunTag> Tags { get; init; }

    /// <summary>Keys of tags of the tracker's own that the records do not say (any more).</summary>
    public required IReadOnlyList<string> StaleTags { get; init; }

    public required DatasetInput? Input { get; init; }

    public required IReadOnlyList<RunArtifact> Artifacts { get; init; }

    /// <summary>Whether status or end are others.</summary>
    public required bool Ending { get; init; }

    public bool IsNone => !IsStale && Metrics.Count == 0 && Parameters.Count == 0 && Tags.Count == 0 && StaleTags.Count == 0 && Input is null
        && Artifacts.Count == 0 && !Ending;

    /// <inheritdoc/>
    public override string ToString()
    {
        (int Count, string Noun)[] parts =
        [
            (Metrics.Count, "point"), (Parameters.Count, "parameter"), (Tags.Count, "tag"), (Input is null ? 0 : 1, "data set"), (Artifacts.Count, "file"),
        ];
        string[] lacks = [.. parts.Where(part => part.Count > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.Noun}{(part.Count == 1 ? "" : "s")}")),
            .. Ending ? ["its end"] : Array.Empty<string>()];
        if (IsStale)
            return "holds what the records do not say";
        string holds = StaleTags.Count == 0 ? "" : $"holds the tag '{StaleTags[0]}', which the records do not say";
        return lacks.Length == 0 ? holds : $"lacks {string.Join(", ", lacks)}{(holds.Length == 0 ? "" : $" and {holds}")}";
    }
}

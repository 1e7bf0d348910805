namespace Diffusion;

/// <summary>A run to be tracked.</summary>
public sealed record TrackedRunDescription
{
    /// <summary>The experiment it belongs to.</summary>
    public required string Experiment { get; init; }

    /// <summary>The run's name.</summary>
    public required string Name { get; init; }

    /// <summary>A key that makes creation idempotent: a run with this key in the experiment is continued, not doubled.</summary>
    public required string Key { get; init; }

    /// <summary>The run it is part of, if any.</summary>
    public ITrackedRun? Parent { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Flattened parameters, path → value.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What the run is about, in Markdown; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Who made it, and with what.</summary>
    public TrackedOrigin? Origin { get; init; }

    /// <summary>Tags, name → value.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The data set used, if any.</summary>
    public DataDescription? Data { get; init; }
}

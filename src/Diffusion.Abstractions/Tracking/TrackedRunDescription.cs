namespace Diffusion;

/// <summary>A run to be tracked.</summary>
public sealed record TrackedRunDescription
{
    /// <summary>The experiment it belongs to.</summary>
    public required string Experiment { get; init; }

    /// <summary>The run's name.</summary>
    public required string Name { get; init; }

    /// <summary>A key that makes creation idempotent: the store has one run of this key in the experiment. No other run anywhere has it.</summary>
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

    /// <summary>What the data were used for, in a word ("training", "evaluation"); null for nothing that is said.</summary>
    public string? DataUse { get; init; }

    /// <summary>What the runs of the experiment are compared by first; null where that is not known (yet).</summary>
    public TrackedGoal? Goal { get; init; }
}

namespace Diffusion.Experiments.Running;

/// <summary>Where and how a plan is run. Nothing here changes a number.</summary>
public sealed record RunSettings
{
    /// <summary>The results folder.</summary>
    public required string Results { get; init; }

    /// <summary>Start a new run even if an unfinished one of the same plan is there.</summary>
    public bool Fresh { get; init; }

    /// <summary>Facts about machine and software for the record.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }
}

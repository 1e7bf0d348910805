using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Records;

/// <summary><c>training/&lt;task&gt;.json</c>: that a run has trained a model or could not.</summary>
public sealed record TrainingRecord
{
    /// <summary>SHA-256 of everything that determines the weights.</summary>
    public required StageKey Key { get; init; }

    /// <summary>Why it could not be trained; null when it could.</summary>
    public string? Error { get; init; }

    /// <summary>What kind of failure it was.</summary>
    public TaskFailureKind? Failure { get; init; }

    /// <summary>A file that says more about the failure, relative to the run's folder.</summary>
    public string? Log { get; init; }
}

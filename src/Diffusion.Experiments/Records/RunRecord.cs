namespace Diffusion.Experiments.Records;

/// <summary>What is known of a run as a whole; <c>run.json</c>.</summary>
public sealed record RunRecord
{
    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init; }

    /// <summary>The run's folder name.</summary>
    public required string Run { get; init; }

    /// <summary>The key of its plan: two runs with one plan key compute the same numbers.</summary>
    public required string PlanKey { get; init; }

    /// <summary>Cells in the plan.</summary>
    public required int Cells { get; init; }

    /// <summary>How far it is.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it last ended or stopped (UTC).</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The machine and software that it ran on: name → value.</summary>
    public required IReadOnlyDictionary<string, string> Environment
    {
        get;
        init => field = RunFacts.UnderPresentNames(value);
    }
}

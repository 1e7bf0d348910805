using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Running;

/// <summary>Where, how and which part of a plan is run. Nothing here changes a number.</summary>
public sealed record RunSettings
{
    /// <summary>The results folder.</summary>
    public required string Results { get; init; }

    /// <summary>The folder of the run to continue, where one is meant; else it is the newest of the plan.</summary>
    public string? Run { get; init; }

    /// <summary>Start a new run and compute everything, whatever earlier runs have.</summary>
    public bool Fresh { get; init; }

    /// <summary>Run the cells that failed before, and no others.</summary>
    public bool FailedOnly { get; init; }

    /// <summary>Compute again what other builds of the assemblies have computed.</summary>
    public bool Stale { get; init; }

    /// <summary>Filters on cells, as <see cref="CellSelection"/> reads them; none takes every cell.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Stop at the first cell that fails.</summary>
    public bool FailFast { get; init; }

    /// <summary>Facts about machine and software for the record.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Program and arguments that start a worker; the run's folder is appended.</summary>
    public IReadOnlyList<string> WorkerCommand { get; init; } = [];

    /// <summary>What the tracking store is called, without passwords; null where that is not known.</summary>
    public string? TrackingStore { get; init; }

    /// <summary>Whether a tracker is told of the run.</summary>
    public bool Tracked { get; init; } = true;

    /// <summary>Whether each cell is a tracked run of its own, below that of its configuration.</summary>
    public bool TrackCells { get; init; }

    /// <summary>The run that running a plan continues; null where it begins a new one.</summary>
    public RunFolder? Existing(ExperimentPlan plan) => (Fresh, Run) switch
    {
        (true, _) => null,
        // Under another results folder it is copied, not continued.
        (false, { } folder) when RunFolder.Open(folder) is { } run && run.Results == Path.GetFullPath(Results) => run,
        _ => RunFolder.Find(Results, plan.Name, plan.Key),
    };
}

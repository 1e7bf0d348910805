using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Diffusion.Experiments.Records;

/// <summary>What is known of a run as a whole; <c>run.json</c>.</summary>
public sealed record RunRecord
{
    /// <summary>32 hexadecimal digits that no other run has, on whichever machine; null in records of earlier versions.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// What tells the run from every other: its <see cref="Id"/>; of a run of an earlier version, a digest of its name, plan, start and machine.
    /// </summary>
    [JsonIgnore]
    public string Identity => Id ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', [Experiment, Run, PlanKey, Started.ToString("O"), .. Environment.OrderBy(fact => fact.Key, StringComparer.Ordinal)
            .Select(fact => $"{fact.Key}={fact.Value}")]))))[..32];

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

    /// <summary>What is known of its data sets: <see cref="DataRecord.KeyOf"/> the data's choice → description.</summary>
    public IReadOnlyDictionary<string, DataRecord>? Data { get; init; }
}

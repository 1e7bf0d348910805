using System.Text.Json;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Comparing;

/// <summary>What costs are called and where they stand in records.</summary>
public static class CostMeasureExtensions
{
    private const double Megabyte = 1e6;

    /// <summary>What quality is set against unless something else is asked for.</summary>
    public static IReadOnlyList<CostMeasure> Usual { get; } = [CostMeasure.Evaluations, CostMeasure.Seconds];

    /// <summary>The name by which commands take it and documents have it: "cpu-seconds".</summary>
    public static string Id(this CostMeasure measure) => JsonNamingPolicy.KebabCaseLower.ConvertName($"{measure}");

    /// <summary>It in words, as the head of a column.</summary>
    public static string Title(this CostMeasure measure) => measure switch
    {
        CostMeasure.CpuSeconds => "CPU seconds",
        CostMeasure.ModelSeconds => "seconds in the model",
        CostMeasure.OverheadSeconds => "seconds beside the model",
        CostMeasure.PeakMemory => "peak memory, MB",
        _ => measure.Id(),
    };

    /// <summary>What a cell cost; null where its record does not say.</summary>
    public static double? In(this CostMeasure measure, CellRecord record) => record.Evaluations is null ? null : measure switch
    {
        CostMeasure.Evaluations => record.Evaluations,
        CostMeasure.Seconds => record.SamplingSeconds,
        CostMeasure.CpuSeconds => record.SamplingCpuSeconds,
        CostMeasure.ModelSeconds => record.ModelSeconds,
        CostMeasure.OverheadSeconds => record.SamplingSeconds - record.ModelSeconds,
        _ => record.PeakMemoryBytes / Megabyte,
    };

    /// <summary>Reads names, with commas between them.</summary>
    /// <exception cref="InputException">There is no such cost, or none is named.</exception>
    public static IReadOnlyList<CostMeasure> Parse(string names)
    {
        Dictionary<string, CostMeasure> known = Enum.GetValues<CostMeasure>().ToDictionary(Id);
        string[] stated = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (stated.Length == 0)
            throw new InputException($"--cost names no cost (known: {string.Join(", ", known.Keys)})");
        return [.. stated.Distinct().Select(name => known.TryGetValue(name, out CostMeasure measure)
            ? measure
            : throw new InputException($"--cost: unknown cost '{name}'{NameSuggestions.Hint(name, known.Keys)}"))];
    }
}

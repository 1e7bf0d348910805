using System.Text.Json;

namespace Diffusion.Certification;

/// <summary>A schedule with some options, and what an independent program says about it.</summary>
/// <remarks>Computed with mpmath at 120 digits by <c>eng/references/schedules.py</c>, from α(t) and σ(t) alone.</remarks>
public sealed record ScheduleReference
{
    /// <summary>The component's name.</summary>
    public required string Schedule { get; init; }

    /// <summary>Its options, as a manifest writes them.</summary>
    public required JsonElement Options { get; init; }

    /// <summary>Files that the options name, by that name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Rows of t, α, σ, log(α/σ), f and g²; null where infinite.</summary>
    public required IReadOnlyList<IReadOnlyList<double?>> Rows { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ScheduleReference> All { get; } = Load();

    /// <inheritdoc/>
    public override string ToString() => $"{Schedule} {Options.GetRawText()}";

    private static List<ScheduleReference> Load()
    {
        using Stream stream = typeof(ScheduleReference).Assembly.GetManifestResourceStream("schedules.json")!;
        return JsonSerializer.Deserialize<List<ScheduleReference>>(stream, JsonSerializerOptions.Web)!;
    }
}

using System.Globalization;
using System.Text.Json;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Housekeeping;

namespace Diffusion.Host.Views;

/// <summary>Runs at a glance, a row a run.</summary>
internal static class RunsView
{
    public static void Write(TextWriter output, string results, IReadOnlyList<RunSummary> runs)
    {
        if (runs.Count > 0)
            WriteRows(output, runs);
        output.WriteLine($"{Counted.Text(runs.Count, "run")} in {ShownPath.Relative(results)}: {Amounts.Bytes(runs.Sum(run => run.Bytes))}; "
            + $"trained models {Amounts.Bytes(FolderSize.Bytes(Path.Combine(results, "models")))}; "
            + $"the whole folder {Amounts.Bytes(FolderSize.Bytes(results))}.");
    }

    public static void WriteRows(TextWriter output, IReadOnlyList<RunSummary> runs)
    {
        bool hasClaims = runs.Any(run => run.Claims is not null);
        string[] headers = hasClaims
            ? ["run", "state", "cells", "claims", "started (UTC)", "took", "size"]
            : ["run", "state", "cells", "started (UTC)", "took", "size"];
        Table.Write(output, headers, runs.Select(run => (string[])
        [
            run.Label,
            run.State.ToString().ToLowerInvariant(),
            string.Create(CultureInfo.InvariantCulture, $"{run.Recorded} of {run.Cells?.ToString(CultureInfo.InvariantCulture) ?? "?"}"),
            .. hasClaims ? [Text(run.Claims)] : Array.Empty<string>(),
            run.Started?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "?",
            run is { Started: { } started, Ended: { } ended } ? Duration.Text(ended - started) : "",
            Amounts.Bytes(run.Bytes),
        ]));
    }

    public static void WriteJson(TextWriter output, string results, IReadOnlyList<RunSummary> runs) =>
        output.WriteLine(JsonSerializer.Serialize(new { Version = 1, Results = results, Runs = runs }, ScriptJson.Indented));

    private static string Text(ClaimCounts? claims) => claims is null ? "" : string.Join(", ", new[]
    {
        (claims.Held, "held"), (claims.Failed, "failed"), (claims.Undecided, "undecided"),
    }.Where(one => one.Item1 > 0).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Item1} {one.Item2}")));
}

using System.CommandLine;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Views;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion diff</c>: what sets two runs or two cells apart, in configuration, environment and results.</summary>
internal static class DiffCommand
{
    public static Command Create(CommonOptions options)
    {
        Argument<string> first = new("a") { Description = $"{RunNames.Help} RUN:CELL is a cell of it, by the first digits of its id." };
        Argument<string> second = new("b") { Description = "The run or cell to compare it with." };
        Option<bool> json = new("--json") { Description = "Everything as one JSON document, for scripts." };
        Command command =
            new("diff", "Shows what sets two runs, or two cells, apart: configuration, environment and results.") { first, second, json, options.Results };
        command.SetReadingAction(parsed =>
        {
            HostSession session = HostSession.Open(parsed, options);
            string results = Path.GetFullPath(session.Settings.ResultsFolder);
            (RunFolder a, string? cellA) = Find(parsed.GetRequiredValue(first), results);
            (RunFolder b, string? cellB) = Find(parsed.GetRequiredValue(second), results);
            if (cellA is null != cellB is null)
                throw new InputException("a run can be compared with a run, and a cell (RUN:CELL) with a cell");
            DiffDocument.Fact[] environment = [.. EnvironmentFacts.Differences(EnvironmentOf(a), EnvironmentOf(b))
                .Select(fact => new DiffDocument.Fact(fact.Name, fact.Before, fact.After))];
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (cellA is not null)
            {
                CellDiffDocument cells = Cells(a, cellA, b, cellB!, environment);
                if (parsed.GetValue(json))
                    DiffDocument.Write(output, cells);
                else
                    DiffView.Write(output, cells);
                return ExitCode.Ok;
            }

            DiffDocument runs = new(a.Label, b.Label, RunComparison.Compare(a, b), environment);
            if (parsed.GetValue(json))
                DiffDocument.Write(output, runs);
            else
                DiffView.Write(output, runs);
            return ExitCode.Ok;
        });
        return command;
    }

    // A folder's own name may hold a colon.
    private static (RunFolder Run, string? Cell) Find(string text, string results) => text.LastIndexOf(':') is > 0 and var colon && !Directory.Exists(text)
        ? (RunNames.Find(text[..colon], results), text[(colon + 1)..])
        : (RunNames.Find(text, results), null);

    private static IReadOnlyDictionary<string, string> EnvironmentOf(RunFolder run) => RecordJson.Read<RunRecord>(run.RecordFile).Environment;

    private static CellDiffDocument Cells(RunFolder a, string cellA, RunFolder b, string cellB, IReadOnlyList<DiffDocument.Fact> environment)
    {
        PlanFile planA = PlanFile.Read(a.PlanFile), planB = PlanFile.Read(b.PlanFile);
        CellId idA = Id(a, planA, cellA), idB = Id(b, planB, cellB);
        List<CompositionChange> changes = [.. CompositionChange.Between(planA.Composition(idA)!, planB.Composition(idB)!)];
        if (planA.RepeatOf(idA) != planB.RepeatOf(idB))
            changes.Add(new("repeat", $"{planA.RepeatOf(idA)}", $"{planB.RepeatOf(idB)}"));
        return new(
            $"{a.Label}:{idA}", $"{b.Label}:{idB}", changes, RecordJson.Find<CellRecord>(a.CellFile(idA)), RecordJson.Find<CellRecord>(b.CellFile(idB)),
            environment);
    }

    private static CellId Id(RunFolder run, PlanFile plan, string digits)
    {
        CellId[] found = [.. plan.Ids.Where(id => id.ToString().StartsWith(digits, StringComparison.OrdinalIgnoreCase))];
        return found switch
        {
            [CellId only] => only,
            [] => throw new InputException($"{run.Label} has no cell '{digits}'{NameSuggestions.Hint(digits, [.. plan.Ids])}"),
            _ => throw new InputException($"{run.Label} has {found.Length} cells that begin with '{digits}': "
                + $"{string.Join(", ", found.Take(5).AsEnumerable())}{(found.Length > 5 ? ", …" : "")}"),
        };
    }
}

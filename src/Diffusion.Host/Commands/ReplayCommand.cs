using System.CommandLine;
using System.Globalization;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Replaying;
using Diffusion.Experiments.Statistics;
using Diffusion.Experiments.Storage;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Views;
using Diffusion.Natives;
using TorchSharp;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion replay</c>: computes cells of a run again and compares, bit by bit.</summary>
internal static class ReplayCommand
{
    private const int DeviationsShown = 40;

    public static Command Create(CommonOptions options)
    {
        Argument<string> run = new("run") { Description = RunNames.Help };
        Option<string[]> cell = new("--cell") { Description = "A cell, by the first digits of its id; may be given more than once.", HelpName = "ID" };
        Option<string[]> only = new("--only")
        {
            Description = "Cells that meet this, as in --only solver=ddim*,steps=10; may be given more than once.",
            HelpName = "PATH=PATTERN,…",
        };
        Option<bool> all = new("--all") { Description = "Every cell, rather than the first of each solver and each way to end." };
        Option<int?> count = WholeNumber.Option("--count", "The first N cells.", 1, int.MaxValue);
        Option<bool> train = new("--train") { Description = "Trains models anew and compares their weights, rather than sampling from the stored ones." };
        Command command = new("replay", "Computes cells of a run again from its frozen plan and compares bit by bit. The run is only read.")
        {
            run, cell, only, all, count, train, options.Results, options.Threads, options.Workers,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            HostSession session = HostSession.Open(parsed, options);
            TorchNatives.Load(session.Settings.Threads ?? 1);
            RunFolder folder = RunNames.Find(parsed.GetRequiredValue(run), Path.GetFullPath(session.Settings.ResultsFolder));
            string[] ids = parsed.GetValue(cell) ?? [];
            if (ids.FirstOrDefault(id => id.Contains('=', StringComparison.Ordinal)) is { } filter)
                throw new InputException($"--cell {filter}: expected the first digits of a cell's id; --only takes conditions");
            ReplaySelection selection = new() { Only = [.. ids, .. parsed.GetValue(only) ?? []], All = parsed.GetValue(all), Count = parsed.GetValue(count) };
            return Task.FromResult(Replay(session, folder, selection, parsed.GetValue(train), parsed.InvocationConfiguration.Output, cancellationToken));
        });
        return command;
    }

    private static int Replay(
        HostSession session, RunFolder folder, ReplaySelection selection, bool trains, TextWriter output, CancellationToken cancellationToken)
    {
        ExperimentPlan plan = PlanFile.Read(folder.PlanFile).Thaw(session.Catalogue);
        using SessionServices services = session.OpenServices();
        Replayer replayer = new(folder, plan, services.Factory);
        IReadOnlyList<(ExperimentCell Cell, CellRecord Record)> cells = replayer.Select(selection);
        output.WriteLine($"{folder.Label}: {cells.Count} of {plan.Cells.Count} cells are computed again.");
        List<ReplayedCell> replayed = [];
        List<ReplayedModel> models = [];
        replayer.Replay(cells, trains, session.Settings.Workers ?? Environment.ProcessorCount, models.Add, replayed.Add, cancellationToken);

        foreach (ReplayedModel model in models)
            output.WriteLine(Line(model));
        Table.Write(output, ["cell", .. plan.Axes.Select(axis => axis.Path), "repeat", "status", "agrees"], replayed.OrderBy(one => one.Cell.Index)
            .Select(one => (string[])
            [
                one.Cell.Id, .. plan.Axes.Select(axis => one.Cell.AxisValues[axis.Path]), $"{one.Cell.Number}", PlanDocument.Kebab($"{one.Before.Status}"),
                Words(one.Agreement),
            ]));
        return Conclude(session, folder, replayed, models, output);
    }

    private static int Conclude(HostSession session, RunFolder folder, List<ReplayedCell> replayed, List<ReplayedModel> models, TextWriter output)
    {
        (string Where, Deviation Deviation)[] deviations =
        [
            .. models.Where(model => model.Deviation is not null).Select(model => (model.Cell.TrainingTask!, model.Deviation!)),
            .. replayed.OrderBy(one => one.Cell.Index).SelectMany(one => one.Deviations.Select(deviation => (one.Cell.Id, deviation))),
        ];
        output.WriteLine();
        if (deviations.Length == 0)
        {
            output.WriteLine(replayed.Count == 1 ? "The cell is identical to the last bit." : $"All {replayed.Count} cells are identical to the last bit.");
            return ExitCode.Ok;
        }

        Table.Write(output, ["cell", "what", "recorded", "now", "absolute", "relative", ""], deviations.Take(DeviationsShown).Select(one => (string[])
        [
            one.Where, one.Deviation.What, Headline.FirstLine(one.Deviation.Before), Headline.FirstLine(one.Deviation.After), Number(one.Deviation.Absolute),
            Number(one.Deviation.Relative), Words(one.Deviation.Agreement),
        ]));
        if (deviations.Length > DeviationsShown)
            output.WriteLine($"… and {deviations.Length - DeviationsShown} more.");
        output.WriteLine();
        WriteEnvironment(session, folder, replayed, output);
        int Count(Agreement agreement) => replayed.Count(one => one.Agreement == agreement);
        output.WriteLine(
            $"{Count(Agreement.Identical)} identical, {Count(Agreement.WithinRounding)} equal within rounding, {Count(Agreement.Different)} different of "
                + $"{replayed.Count} cells.");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Within rounding means no further apart than {RoundingTolerance.ForType(torch.ScalarType.Float32):g} (float32) or "
                + $"{RoundingTolerance.ForType(torch.ScalarType.Float64):g} (float64) of the largest magnitude, or of 1."));
        return ExitCode.NotIdentical;
    }

    private static void WriteEnvironment(HostSession session, RunFolder folder, List<ReplayedCell> replayed, TextWriter output)
    {
        List<string[]> facts = [.. EnvironmentFacts
            .Differences(RecordJson.Read<RunRecord>(folder.RecordFile).Environment, Provenance.Collect(session.Catalogue))
            .Select(fact => (string[])[fact.Name, fact.Before, fact.After])];
        // The run's record tells of its start; a cell may have been computed later, by another build.
        facts.AddRange(replayed
            .SelectMany(one => one.Before.Builds.Select(build => (build.Key, Before: build.Value, After: one.After.Builds.GetValueOrDefault(build.Key, ""))))
            .Where(build => build.After.Length > 0 && build.Before != build.After).Distinct()
            .Select(build => (string[])[$"build of {build.Key}", build.Before, build.After]));
        if (facts.Count == 0)
        {
            output.WriteLine("Nothing that is recorded of the environment differs between the run and now.");
        }
        else
        {
            output.WriteLine("What differs between the environment of the run and this one:");
            Table.Write(output, ["", "recorded", "now"], facts);
        }

        if (replayed.Select(one => one.Before.From).OfType<string>().Distinct().ToArray() is { Length: > 0 } from)
            output.WriteLine($"Some cells were taken over from {string.Join(", ", from)}, whose environment may be another.");
        output.WriteLine();
    }

    private static string Line(ReplayedModel model)
    {
        string name = $"{model.Cell.Experiment.Model.Name} {model.Cell.TrainingKey![..8]}";
        return model switch
        {
            { IsTrained: false } => $"{name}: weights from the store ({model.DigestBefore![..12]}); --train trains it anew.",
            { DigestBefore: null } => $"{name}: trained anew; the store has no weights to compare with.",
            { Deviation: null } => $"{name}: trained anew to identical weights ({model.DigestBefore![..12]}).",
            _ => $"{name}: trained anew to weights that are {Words(model.Deviation.Agreement)}.",
        };
    }

    private static string Words(Agreement agreement) => agreement switch
    {
        Agreement.Identical => "identical",
        Agreement.WithinRounding => "within rounding",
        _ => "DIFFERENT",
    };

    private static string Number(double? value) => value?.ToString("g3", CultureInfo.InvariantCulture) ?? "";
}

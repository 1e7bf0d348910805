using System.Globalization;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Forecasting;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Experiments.Running;

namespace Diffusion.Host.Views;

/// <summary>A plan on one screen.</summary>
internal static class PlanView
{
    private const int ReasonsShown = 5;
    private const int LabelsWidth = 100;

    public static void Write(TextWriter output, ExperimentPlan plan, WorkPlan work, Forecast forecast, RunFolder? existing)
    {
        output.WriteLine($"{plan.Name}: {Size(plan)}");
        if (plan.Claims.Looks is { } looks)
        {
            int least = plan.Cells.Count(cell => cell.Number.Sampling < looks.Repeats[0]);
            output.WriteLine($"Repeats go on until claims are decided: {Counted.Text(least, "cell")} at least, {Number(plan.Cells.Count)} at most, "
                + $"looks at {ClaimsReport.Listed(looks)} repeats. Costs below are those until the next look.");
        }

        if (plan.Axes.Count > 0)
            Table.WriteLines(output, ["axis", "", "values"], plan.Axes.Select(axis => (string[])[axis.Path, Number(axis.Labels.Count), Labels(axis.Labels)]));
        output.WriteLine();
        output.WriteLine(existing is null
            ? $"A new run, plan {plan.Key[..12]}."
            : $"{(work.Work.Any() ? "Continues" : "Nothing to do in")} {existing.Label}, plan {plan.Key[..12]}.");
        output.WriteLine();
        Table.WriteLines(output, ["stage", "", "why"], Stages(work));
        output.WriteLine();
        foreach (string line in Costs(work, forecast))
            output.WriteLine(line);
        foreach (IGrouping<int, string> builds in work.OtherBuilds.GroupBy(build => build.Value, build => build.Key))
            output.WriteLine($"{Number(builds.Key)} cells were computed by another build of {string.Join(", ", builds)} (code has changed, "
                + "versions have not); --stale computes them again.");
    }

    public static void WriteCells(TextWriter output, ExperimentPlan plan, WorkPlan work, EvaluationCounts counts) => Table.WriteLines(
        output,
        ["cell", "action", .. plan.Axes.Select(axis => axis.Path), "repeat", "NFE", "why"],
        work.Decisions.Select(decision => (string[])
        [
            decision.Cell.Id, PlanDocument.NameOf(decision.Action), .. plan.Axes.Select(axis => decision.Cell.AxisValues[axis.Path]), $"{decision.Cell.Number}",
            counts.PerSample(decision.Cell.Experiment) is { } evaluations ? $"{evaluations}" : "?", Headline.FirstLine(decision.Reason),
        ]));

    /// <summary>What is done, stage by stage, with up to five reasons each.</summary>
    internal static IEnumerable<string[]> Stages(WorkPlan work)
    {
        string[] data = [.. work.Work.Select(decision => decision.Cell).Where(cell => !cell.Experiment.Data.IsNone)
            .DistinctBy(cell => cell.DataKey).Select(cell => cell.Experiment.Data.Name)];
        if (data.Length > 0)
            yield return ["data sets", Number(data.Length), Few(data.CountBy(name => name), pair => pair)];
        if (work.Trainings.Count > 0)
            yield return ["models to train", Number(work.Trainings.Count), Few(
                work.Trainings.CountBy(cell => FormattableString.Invariant($"{cell.Experiment.Model.Name}, {cell.Experiment.Training!.Settings.Steps} steps")),
                text => text)];
        if (work.ReusedModels.Count > 0)
            yield return ["models reused", Number(work.ReusedModels.Count), Few(
                work.ReusedModels.CountBy(cell => $"{cell.Experiment.Model.Name}, trained before"), text => text)];
        foreach ((string reason, int cells) in work.MetricObjections)
            yield return ["metrics n/a", Number(cells), $"cells go without one: {work.Located(reason)}"];
        foreach ((CellAction action, string name) in new[]
        {
            (CellAction.Run, "cells to sample"), (CellAction.Measure, "cells to measure"), (CellAction.Keep, "cells kept"),
            (CellAction.TakeOver, "cells taken over"),
            (CellAction.NotApplicable, "cells n/a"), (CellAction.LeaveOut, "cells left out"),
            (CellAction.NotNeeded, "cells not needed yet"),
        })
        {
            (string Reason, int Count)[] reasons = [.. work.Decisions.Where(decision => decision.Action == action)
                .CountBy(Reason)
                .OrderByDescending(reason => reason.Value)
                .Select(reason => (reason.Key, reason.Value))];
            for (int i = 0; i < Math.Min(reasons.Length, ReasonsShown); i++)
            {
                string count = reasons.Length == 1 ? "" : $"{Number(reasons[i].Count)}: ";
                yield return [i == 0 ? name : "", i == 0 ? Number(reasons.Sum(reason => reason.Count)) : "", count + reasons[i].Reason];
            }

            if (reasons.Length > ReasonsShown)
                yield return ["", "", $"{Number(reasons.Skip(ReasonsShown).Sum(reason => reason.Count))}: "
                    + $"{reasons.Length - ReasonsShown} other reasons (--cells shows all)"];
        }

        string Reason(CellDecision decision) => Headline.FirstLine(decision.Reason) + work.Located(decision.Reason)[decision.Reason.Length..];
    }

    internal static IEnumerable<string> Costs(WorkPlan work, Forecast forecast)
    {
        if (work.Work.Any(decision => decision.Action == CellAction.Run))
        {
            List<string> notes = [];
            if (forecast.EvaluationsOfAdaptive > 0)
                notes.Add($"{Amounts.Count(forecast.EvaluationsOfAdaptive)} of them by adaptive methods, as in earlier runs");
            if (forecast.UnknownCells > 0)
                notes.Add($"not counting {Counted.Text(forecast.UnknownCells, "cell")} of adaptive methods, whose evaluations no earlier run tells");
            string value = forecast.Evaluations == 0 && forecast.UnknownCells > 0 ? "unknown" : Amounts.Count(forecast.Evaluations);
            yield return $"Evaluations  {value}{(notes.Count > 0 ? $" ({string.Join("; ", notes)})" : "")}";
        }

        if (work.Work.Any())
        {
            (string Name, double? Seconds)[] parts =
            [
                ("starting", forecast.StartingSeconds), ("training", forecast.TrainingSeconds), ("sampling", forecast.SamplingSeconds),
                ("measuring and recording", forecast.MeasuringSeconds),
            ];
            string shares = string.Join(
                ", ", parts.Where(part => part.Seconds is not null).Select(part => $"{part.Name} {Amounts.Duration(part.Seconds!.Value)}"));
            string basis = forecast.Basis.Count > 0 ? $"; {string.Join(" and ", forecast.Basis)}" : "";
            yield return forecast.Seconds is { } seconds
                ? $"Time         {(seconds < 1 ? "" : forecast.Gaps.Count > 0 ? "at least " : "about ")}{Amounts.Duration(seconds)} with {forecast.Workers} "
                    + $"{(forecast.Workers == 1 ? "worker" : "workers")} ({shares}{basis})"
                : "Time         unknown";
            if (forecast is { Workers: > 1, WorkSeconds: >= 1 and { } together })
                yield return $"             {Amounts.Duration(together)} of processor time, where each worker has one thread";
            foreach (string gap in forecast.Gaps)
                yield return $"             not counting {gap}";
        }

        if (forecast.Bytes > 0)
        {
            (string Name, long Bytes)[] parts =
            [
                ("samples", forecast.SampleBytes),
                ("records and pictures", forecast.RecordBytes),
                ("models", forecast.ModelBytes),
                ("tracking store", forecast.TrackingBytes),
            ];
            yield return $"Disk         about {Amounts.Bytes(forecast.Bytes)} "
                + $"({string.Join(", ", parts.Where(part => part.Bytes > 0).Select(part => $"{part.Name} {Amounts.Bytes(part.Bytes)}"))})";
        }
    }

    private static string Size(ExperimentPlan plan)
    {
        string merged = plan.Merged > 0 ? $" ({Number(plan.Merged)} more are equal to one of these and merged)" : "";
        string repeats = plan.TrainingRepeats > 1
            ? $", {Number(plan.TrainingRepeats)} trained networks each, sampled {(plan.Repeats == 1 ? "once" : $"{Number(plan.Repeats)} times")}"
            : plan.Claims.Looks is { } looks ? $", {Number(looks.Repeats[0])} to {Number(looks.Most)} repeats each"
            : plan.Repeats > 1 ? $", {Number(plan.Repeats)} repeats each" : "";
        return $"{Number(plan.Cells.Count)} {(plan.Cells.Count == 1 ? "cell" : "cells")}{repeats}{merged}";
    }

    private static string Labels(IReadOnlyList<string> labels)
    {
        string all = string.Join(", ", labels);
        if (all.Length <= LabelsWidth)
            return all;
        int shown = 1;
        for (int length = labels[0].Length; shown < labels.Count - 1 && length + labels[shown].Length + 2 < LabelsWidth - labels[^1].Length - 4; shown++)
            length += labels[shown].Length + 2;
        return $"{string.Join(", ", labels.Take(shown))}, …, {labels[^1]}";
    }

    private static string Few(IEnumerable<KeyValuePair<string, int>> counts, Func<string, string> text)
    {
        KeyValuePair<string, int>[] all = [.. counts];
        string shown = string.Join("; ", all.Take(ReasonsShown).Select(pair => (pair.Value == 1 ? "" : $"{pair.Value} × ") + text(pair.Key)));
        return all.Length > ReasonsShown ? $"{shown}; …" : shown;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

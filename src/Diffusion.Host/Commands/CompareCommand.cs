using System.CommandLine;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Reporting;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Views;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion compare</c>: what the repeats of runs say about solvers, or the values of another axis.</summary>
internal static class CompareCommand
{
    public static Command Create(CommonOptions options)
    {
        Argument<string[]> runs = new("run") { Description = $"{RunNames.Help} Several are compared as one sweep.", Arity = ArgumentArity.OneOrMore };
        Option<string> by = new("--by")
        {
            Description = "The axis whose values are compared (default: solver, or the only axis beside steps and nfe); 'run' compares the runs.",
            HelpName = "AXIS",
        };
        Option<string> baseline = new("--baseline") { Description = "Compares every value with this one only, instead of every pair.", HelpName = "NAME" };
        Option<string> metric = new("--metric") { Description = "The metric (default: the first of the manifest).", HelpName = "NAME" };
        Option<string?> cost = new("--cost")
        {
            Description = $"What quality is set against, as in --cost evaluations,cpu-seconds (default: evaluations,seconds): "
                + $"{string.Join(", ", Enum.GetValues<CostMeasure>().Select(measure => measure.Id()))}.",
            HelpName = "COST,…",
        };
        Option<string[]> where = new("--where")
        {
            Description = "Compares only cells that meet this, as in --where solver=ddim*,steps=10; may be given more than once.",
            HelpName = "PATH=PATTERN,…",
        };
        Option<bool> json = new("--json") { Description = "Everything as one JSON document, for scripts." };
        Option<bool> csv = new("--csv") { Description = "Every comparison of two as a row of CSV." };
        Command command = new(
            "compare", "Compares solvers, or the values of another axis: paired differences with intervals, ranks, wins and ties, and quality against cost.")
        {
            runs, by, baseline, metric, cost, where, json, csv, options.Results,
        };
        command.SetReadingAction(parsed =>
        {
            if (parsed.GetValue(json) && parsed.GetValue(csv))
                throw new InputException("--json and --csv cannot be given together");
            HostSession session = HostSession.Open(parsed, options);
            string results = Path.GetFullPath(session.Settings.ResultsFolder);
            RunFolder[] folders = [.. parsed.GetRequiredValue(runs).Select(name => RunNames.Find(name, results)).DistinctBy(folder => folder.Path)];
            ConfigurationComparison comparison = ConfigurationComparison.Compare(
                ComparedRuns.Read(folders),
                new()
                {
                    By = parsed.GetValue(by),
                    Baseline = parsed.GetValue(baseline),
                    Metric = parsed.GetValue(metric),
                    Costs = parsed.GetValue(cost) is { } costs ? CostMeasureExtensions.Parse(costs) : CostMeasureExtensions.Usual,
                    Where = parsed.GetValue(where) ?? [],
                });
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                CompareDocument.Write(output, comparison);
            else if (parsed.GetValue(csv))
                output.Write(ComparisonCsv.Format(comparison));
            else
                ReportView.Write(output, ComparisonText.Full(comparison));
            return ExitCode.Ok;
        });
        return command;
    }
}

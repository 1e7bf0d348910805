using System.CommandLine;
using Diffusion.Experiments.Housekeeping;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Records;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Views;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion runs</c>: the runs of the results folder.</summary>
internal static class RunsCommand
{
    private const string ByStart = "started";
    private const string BySize = "size";
    private const string ByName = "name";

    private static readonly Func<RunState, string> StateName = state => state.ToString().ToLowerInvariant();

    public static Command Create(CommonOptions options)
    {
        Argument<string[]> names = new("run")
        {
            Description = "Only these: experiment or experiment/run, with * for any characters. Without any, all runs of the results folder.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string> state = new("--state")
        {
            Description = $"Only runs in this state: {string.Join(", ", Enum.GetValues<RunState>().Select(StateName))}.",
            HelpName = "STATE",
        };
        state.AcceptOnlyFromAmong([.. Enum.GetValues<RunState>().Select(StateName)]);
        Option<string> sort = new("--sort")
        {
            Description = "The order: started (newest first), size (largest first) or name.",
            DefaultValueFactory = _ => ByStart,
            HelpName = "ORDER",
        };
        sort.AcceptOnlyFromAmong(ByStart, BySize, ByName);
        Option<bool> json = new("--json") { Description = "Everything as one JSON document, for scripts." };
        Command command = new("runs", "Lists the runs of the results folder: state, cells, claims, time and size.")
        {
            names, state, sort, json, options.Results,
        };
        command.SetReadingAction(parsed =>
        {
            HostSession session = HostSession.Open(parsed, options);
            string results = session.Settings.ResultsFolder;
            if (!Directory.Exists(results))
                throw new InputException($"results folder '{results}' does not exist; --results DIR names another");
            results = Path.GetFullPath(results);
            IReadOnlyList<RunFolder> named = parsed.GetValue(names) is { Length: > 0 } stated
                ? RunNames.Matching(stated, results)
                : [.. RunFolder.Runs(results)];
            RunSummary[] runs = [.. named.Select(RunSummary.Read)];
            if (parsed.GetValue(state) is { } wanted)
                runs = [.. runs.Where(run => StateName(run.State) == wanted)];
            runs = parsed.GetValue(sort) switch
            {
                BySize => [.. runs.OrderByDescending(run => run.Bytes)],
                ByName => [.. runs.OrderBy(run => run.Label, StringComparer.Ordinal)],
                _ => [.. runs.OrderByDescending(run => run.Started ?? DateTimeOffset.MinValue)],
            };
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                RunsView.WriteJson(output, results, runs);
            else
                RunsView.Write(output, results, runs);
            return ExitCode.Ok;
        });
        return command;
    }
}

using System.CommandLine;
using System.CommandLine.Completions;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Host.Commands;

/// <summary>What a shell can offer for arguments whose values are known only at run time: components, runs, launchers, schedules.</summary>
internal static class Completions
{
    // Other ways to write --help.
    private static readonly string[] OtherHelp = ["-?", "/?", "/h"];

    /// <summary>Adds them to every command that takes such arguments.</summary>
    public static void AddTo(Command root, CommonOptions options)
    {
        foreach (Argument argument in Below(root).SelectMany(command => command.Arguments).Where(argument => argument.CompletionSources.Count == 0))
        {
            // Without a name for it, help would show every value that can be completed.
            argument.HelpName ??= argument.Name;
            if (argument.Name == "component")
                argument.CompletionSources.Add(context => Components(root, context, options, _ => true));
            else if (argument.Name is "run" or "a" or "b")
                argument.CompletionSources.Add(context => Runs(root, context, options));
        }

        options.Launcher.CompletionSources.Add(context => Components(root, context, options, kind => kind == ComponentKind.Launcher));
        foreach (Option option in Below(root).SelectMany(command => command.Options).Where(option => option.Name == "--schedule"))
            option.CompletionSources.Add(context => Components(root, context, options, kind => kind == ComponentKind.Schedule));
    }

    /// <summary>What could stand at a place of a command line.</summary>
    /// <param name="root">The command.</param>
    /// <param name="line">The line, with the program's name in front.</param>
    /// <param name="position">Where the cursor is, in characters.</param>
    public static IReadOnlyList<string> At(Command root, string line, int position)
    {
        // The program may be called by any path.
        int first = line.IndexOf(' ', StringComparison.Ordinal);
        if (first < 0 || position <= first)
            return [];
        string known = $"{root.Name}{line[first..Math.Min(position, line.Length)]}";
        string word = known[(known.LastIndexOf(' ') + 1)..];
        return [.. root.Parse(known).GetCompletions(known.Length).Select(item => item.Label)
            .Where(label => label.StartsWith(word, StringComparison.Ordinal) && !OtherHelp.Contains(label)).Distinct().Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);

    private static IEnumerable<CompletionItem> Components(
        Command root, CompletionContext context, CommonOptions options, Func<ComponentKind, bool> isOffered) =>
        Offered(() => [
            .. Open(root, context, options).Catalogue.All.Where(component => isOffered(component.Kind)).Select(component => component.Name)
                .Concat(ManifestSection.All.Select(section => section.Name).Where(_ => isOffered(ComponentKind.Data))),
        ]);

    private static IEnumerable<CompletionItem> Runs(Command root, CompletionContext context, CommonOptions options) => Offered(() =>
        [.. RunFolder.Runs(Open(root, context, options).Settings.ResultsFolder)
            .SelectMany(run => new[] { run.Label.Split('/')[0], run.Label })]);

    // A line that is not whole yet has options without values, which cannot be read.
    private static HostSession Open(Command root, CompletionContext context, CommonOptions options) =>
        HostSession.Open(context.ParseResult.Errors.Count == 0 ? context.ParseResult : root.Parse("plugins"), options);

    // A shell that asks for help wants no error: where nothing can be offered, nothing is.
    private static IEnumerable<CompletionItem> Offered(Func<string[]> names)
    {
        try
        {
            return names().Distinct().Order(StringComparer.Ordinal).Select(name => new CompletionItem(name));
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

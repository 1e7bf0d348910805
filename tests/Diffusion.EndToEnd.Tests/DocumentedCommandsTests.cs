using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>The commands that README and docs show do what the pages say, in the order of a reader who tries them all.</summary>
[Trait("Category", "Slow")]
public sealed partial class DocumentedCommandsTests
{
    // Its own test runs against a scheduler where there is one.
    private const string NeedsAScheduler = "--launcher slurm";

    // One of its manifests is planned instead.
    private const string TakesLong = "run experiments/atlas";

    // Options of other programs, and of the script that builds and tests.
    private static readonly HashSet<string> OthersOptions =
    [
        "--backend-store-uri", "--exclusive", "--slow", "--all", "--long", "--help", "--project", "--diagnostics",
    ];

    private static IEnumerable<string> Pages =>
        Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Prepend(Path.Combine(Repository.Root, "README.md"));

    private static string Readme => File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public async Task Commands_that_are_shown_do_what_the_pages_say()
    {
        using SweepFolder folder = new();
        CopyFolder(Path.Combine(Repository.Root, "experiments"), folder.At("experiments"));
        folder.Write(Path.Combine("experiments", "my-sweep.json"), OwnExperiment());

        string[] commands = [.. Pages.SelectMany(Commands).Where(command => !command.Contains(NeedsAScheduler, StringComparison.Ordinal)).Distinct()
            .OrderBy(Turn)];
        Assert.True(commands.Length >= 5, string.Join('\n', commands));
        foreach (string command in commands)
        {
            if (Turn(command) == 2)
                await Succeed(folder, "run experiments/first-light.json --set schedule.sigmaMin=0.01 --set sweep.axes.steps=[10,40]");
            await Succeed(folder, command == TakesLong ? "plan experiments/atlas/processes.json" : command);
        }
    }

    [Fact]
    public async Task Every_option_that_the_pages_name_exists()
    {
        using SweepFolder folder = new();
        string root = (await folder.SucceedAsync("--help")).Output;
        HashSet<string> known = [.. OthersOptions];
        foreach (Match command in HelpLine().Matches(root))
        {
            string help = (await folder.SucceedAsync(command.Groups["name"].Value, "--help")).Output;
            known.UnionWith(Option().Matches(help).Select(match => match.Value));
            if (command.Groups["name"].Value != "track")
                continue;
            foreach (string below in new[] { "sync", "export" })
                known.UnionWith(Option().Matches((await folder.SucceedAsync("track", below, "--help")).Output).Select(match => match.Value));
        }

        string[] named = [.. Pages.SelectMany(page => CodeSpan().Matches(File.ReadAllText(page)))
            .SelectMany(span => Option().Matches(span.Value))
            .Select(match => match.Value)
            .Distinct()];
        Assert.True(named.Length > 10, string.Join(' ', named));
        Assert.Empty(named.Except(known));
    }

    /// <summary>The experiment that README shows, as somebody would save it beside the others.</summary>
    private static string OwnExperiment()
    {
        string shown = JsonBlock().Matches(Readme)
            .Select(match => match.Groups["text"].Value)
            .First(text => text.Contains("\"solver\"", StringComparison.Ordinal));
        using JsonDocument valid = JsonDocument.Parse(shown);
        return shown;
    }

    private static IEnumerable<string> Commands(string page) =>
        CommandLine().Matches(File.ReadAllText(page))
            .Select(match => match.Groups["arguments"].Value)
            .Where(command => !command.StartsWith("test", StringComparison.Ordinal));

    // Runs first, and comparisons of two runs last.
    private static int Turn(string command) => command.Split(' ')[0] switch { "run" => 0, "diff" => 2, _ => 1 };

    private static async Task Succeed(SweepFolder folder, string command)
    {
        string[] runs = folder.Runs("first-light");
        string text = RunOfAPage().Replace(command, _ => "first-light/" + Path.GetFileName(runs[0]));
        string[] arguments = [.. Word().Matches(text).Select(match => match.Value.Replace("'", "", StringComparison.Ordinal))];
        // What takes long is shortened; the manifests as they stand are run by other tests.
        if (arguments[0] is "run" or "plan")
            arguments = [.. arguments, "--set", "training.steps=200", "--set", "samples=100"];
        HostResult result = await folder.DiffusionAsync(arguments);
        Assert.True(result.ExitCode == 0, $"diffusion {string.Join(' ', arguments)}: {result.ExitCode}\n{result.Output}{result.Error}");
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [GeneratedRegex("""^ {4}(\$ )?(\./)?diffusion (?<arguments>[^\n#]*?) *(#.*)?$""", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex("""first-light/\d{8}-\d{6}""")]
    private static partial Regex RunOfAPage();

    [GeneratedRegex("""('[^']*'|[^\s'])+""")]
    private static partial Regex Word();

    [GeneratedRegex("""^ {2}(?<name>[a-z]+) """, RegexOptions.Multiline)]
    private static partial Regex HelpLine();

    [GeneratedRegex("""(?<![\w-])--[a-z][a-z-]*""")]
    private static partial Regex Option();

    [GeneratedRegex("""`[^`\n]+`""")]
    private static partial Regex CodeSpan();

    [GeneratedRegex("""^```json\n(?<text>.*?)^```""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}

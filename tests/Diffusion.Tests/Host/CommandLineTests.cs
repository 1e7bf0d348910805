using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Diffusion.Host.Commands;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>What the commands print and how they end.</summary>
[Collection(nameof(SettingsReaderTests))]
public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("diffusion-host");

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
            _folder.Delete(recursive: true);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        int code = await CommandLine.RunAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Certify_measures_the_named_components_and_holds_them_to_their_claims()
    {
        (int code, string output, string error) = await RunAsync("certify", "ddim", "grid/uniform", "--quick", "--json");
        Assert.Equal(0, code);
        JsonElement[] certificates = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.All(certificates, certificate => Assert.Equal("pass", certificate.GetProperty("verdict").GetString()));
        JsonElement order = certificates.Single(
            c => c.GetProperty("kind").GetString() == "solver" && c.GetProperty("check").GetString()!.StartsWith("order:", StringComparison.Ordinal));
        Assert.Equal(("ddim", 1.0), (order.GetProperty("component").GetString(), order.GetProperty("declared").GetDouble()));
        Assert.InRange(order.GetProperty("measured").GetDouble(), order.GetProperty("low").GetDouble(), order.GetProperty("high").GetDouble());
        Assert.Contains($"{certificates.Length} of {certificates.Length} certificates hold.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plugins_are_listed_with_kind_name_assembly_version_and_summary_and_problems_at_the_end()
    {
        EmittedPlugin.Write(_folder.FullName, "Extra", "extra-times");
        File.WriteAllText(Path.Combine(_folder.FullName, "broken.dll"), "");
        (int code, string output, string error) = await RunAsync("plugins", "--plugins", _folder.FullName);
        Assert.Equal(0, code);
        string[] lines = output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^kind +name +assembly +version +summary$", lines[0]);
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, "^time-sampler  extra-times +Extra +1.2.3.0 +The quantile itself$"));
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, "^solver +ddim +Diffusion.Solvers "));
        Assert.Contains($"{Path.Combine(_folder.FullName, "broken.dll")}: cannot be loaded: it is not a .NET assembly", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plugins_are_listed_as_JSON()
    {
        EmittedPlugin.Write(_folder.FullName, "Extra", "extra-times");
        (int code, string output, _) = await RunAsync("plugins", "--json", "--plugins", _folder.FullName);
        Assert.Equal(0, code);
        JsonElement root = JsonDocument.Parse(output).RootElement;
        JsonElement extra = Assert.Single(root.GetProperty("components").EnumerateArray(), c => c.GetProperty("name").GetString() == "extra-times");
        Assert.Equal(("time-sampler", "Extra"), (extra.GetProperty("kind").GetString(), extra.GetProperty("assemblyName").GetString()));
        Assert.Contains(root.GetProperty("folders").EnumerateArray(), f => f.GetString() == _folder.FullName);
        Assert.Equal(JsonValueKind.Array, root.GetProperty("problems").ValueKind);
    }

    [Theory]
    [InlineData("ddim")]
    [InlineData("solver/ddim")]
    public async Task A_component_is_described_with_its_options(string name)
    {
        (int code, string output, string error) = await RunAsync("describe", name);
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("solver/ddim: ", output, StringComparison.Ordinal);
        Assert.Contains("reference: Song", output, StringComparison.Ordinal);
        Assert.Contains("assembly: Diffusion.Solvers ", output, StringComparison.Ordinal);
        Assert.Matches("option +type +default +range +meaning", output);
        Assert.Matches("eta +number +0 +between 0 and 1 +[A-Z]", output);
    }

    [Theory]
    [InlineData("diffusion des", new[] { "describe" })]
    [InlineData("/some/where/diffusion describe solver", new string[0])]
    [InlineData("./diffusion describe rk4", new[] { "rk4", "rk45" })]
    [InlineData("diffusion describe karras --schedule ornst", new[] { "ornstein-uhlenbeck" })]
    [InlineData("diffusion run a.json --launcher exp", new[] { "export" })]
    [InlineData("diffusion run a.json --launcher-o", new[] { "--launcher-option" })]
    [InlineData("diffusion runs --state st", new[] { "stopped" })]
    [InlineData("diffusion track s", new[] { "status", "sync" })]
    [InlineData("diffusion compare no", new string[0])]
    [InlineData("diff", new string[0])]
    public async Task Words_are_completed(string line, string[] expected)
    {
        (int code, string output, string error) = await RunAsync("complete", "--", $"{line.Length}", line);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(expected, output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_word_is_completed_where_the_cursor_is()
    {
        (_, string output, _) = await RunAsync("complete", "--", "13", "diffusion des ddim --at 1");
        Assert.Equal($"describe{Environment.NewLine}", output);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("powershell")]
    public async Task Every_shell_has_a_script_that_asks_the_command(string shell)
    {
        (int code, string output, string error) = await RunAsync("completion", shell);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains(" complete ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_is_shown_at_the_times_that_are_asked_for()
    {
        (int code, string output, string error) = await RunAsync("describe", "ornstein-uhlenbeck", "--at", "0,0.5");
        Assert.Equal((0, ""), (code, error));
        string row = output.Split(Environment.NewLine).Single(line => line.StartsWith("0.5 ", StringComparison.Ordinal));

        // dx = -x dt + √2 dW: α = e^(-t), σ² = 1 - e^(-2t).
        Assert.Matches(@"^0.5 +0.606531 +0.79506 +1.31083 +-0.541325 +-1 +2$", row);
        Assert.Matches(@"(?m)^0 +1 +0 +0 +Infinity +-1 +2\r?$", output);
    }

    [Fact]
    public async Task A_schedule_is_shown_from_its_least_noise_to_its_horizon_without_being_asked()
    {
        string[] lines = (await RunAsync("describe", "schedule/edm")).Output.Split(Environment.NewLine);
        string[] rows = [.. lines.SkipWhile(line => !line.StartsWith("t ", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => char.IsDigit(line.FirstOrDefault()))];
        Assert.Equal(9, rows.Length);
        Assert.StartsWith("0.002 ", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("0.4 ", rows[4], StringComparison.Ordinal);
        Assert.StartsWith("80 ", rows[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grid_is_shown_on_a_schedule_with_options_of_both()
    {
        (int code, string output, string error) = await RunAsync(
            "describe", "karras", "--schedule", """{ "use": "edm", "sigmaMin": 1, "sigmaMax": 9 }""", "--steps", "3", "--option", "rho=2");
        Assert.Equal((0, ""), (code, error));

        // √σ goes from 3 to 1 in two equal steps, and the last step to clean data.
        Assert.Equal(["9", "4", "1", "0"], output.Split(Environment.NewLine).SkipWhile(line => !line.StartsWith("t ", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => char.IsDigit(line.FirstOrDefault())).Select(line => line.Split(' ')[0]));
    }

    [Theory]
    [InlineData("describe edm --at 0,100", "--at 100: expected a time from 0 to 80, the schedule's horizon")]
    [InlineData("describe edm --at x", "--at x: expected a time from 0 to 80")]
    [InlineData("describe heun --at 1", "--at takes times of a schedule, as in ")]
    [InlineData("describe ddim --steps 4", "--schedule and --steps show the levels of a grid, as in ")]
    [InlineData("describe karras --steps 4", "the levels of a grid need both --schedule and --steps, as in ")]
    [InlineData("describe karras --schedule emd --steps 4", "--schedule  $  unknown schedule 'emd'; did you mean 'edm'?")]
    [InlineData("describe karras --schedule edm --steps 4 --option roh=1", "--option  $.roh  unknown key 'roh' in grid 'karras'; did you mean 'rho'?")]
    [InlineData("describe karras --schedule edm --steps 0", "--steps 0: expected a whole number from 1 to 100000")]
    [InlineData("describe ddim --option eta=1", "--option states an option of a schedule or a grid")]
    public async Task Levels_that_cannot_be_shown_are_bad_input(string line, string told)
    {
        (int code, string output, string error) = await RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(told, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dddim", "unknown component 'dddim'; did you mean 'ddim'?")]
    [InlineData("solver/dddim", "unknown solver 'dddim'; did you mean 'ddim'?")]
    [InlineData("sovler/ddim", "unknown kind 'sovler'; did you mean 'solver'? (known: data, ")]
    public async Task An_unknown_component_is_bad_input_with_a_suggestion(string name, string message)
    {
        (int code, string output, string error) = await RunAsync("describe", name);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_folder_that_is_not_there_is_bad_input()
    {
        string folder = Path.Combine(_folder.FullName, "nowhere");
        Assert.Equal((2, "", $"plugin folder not found: {folder}{Environment.NewLine}"), await RunAsync("plugins", "--plugins", folder));
    }

    [Fact]
    public async Task A_mistyped_command_is_bad_input_with_a_suggestion() =>
        Assert.Equal(
            (2, "", "Unrecognized command or argument 'plugin'.|Did you mean 'plugins'?|'diffusion --help' lists the commands.|".Replace(
                "|", Environment.NewLine, StringComparison.Ordinal)),
            await RunAsync("plugin"));

    [Fact]
    public async Task Help_names_the_commands()
    {
        (int code, string output, string error) = await RunAsync();
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("diffusion [command] [options]", output, StringComparison.Ordinal);
        Assert.Equal(output, (await RunAsync("--help")).Output);
    }

    [Theory]
    [InlineData("plan x.json --workers two", "--workers two: expected a whole number from 1 to 1024")]
    [InlineData("plan x.json --threads 0", "--threads 0: expected a whole number from 1 to 1024")]
    [InlineData("replay x --count abc", "--count abc: expected a whole number from 1")]
    [InlineData("replay x --count 0", "--count 0: expected a whole number from 1")]
    [InlineData("run", "run needs a manifest: diffusion run MANIFEST")]
    [InlineData("diff one", "diff needs 2 arguments: diffusion diff A B")]
    [InlineData("describe", "describe needs a component: diffusion describe COMPONENT")]
    [InlineData("track sync --results nope", "results folder 'nope' does not exist; --results DIR names another")]
    [InlineData("run x.json --launcher-option workers=2 --launcher-option Workers=3", "workers is given twice: '2' and '3'")]
    [InlineData("help nope", "Unrecognized command or argument 'nope'.")]
    public async Task A_mistake_is_bad_input_and_told_in_the_users_words(string line, string told)
    {
        (int code, string output, string error) = await RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(told, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "")]
    [InlineData("plan", "a\0b")]
    [InlineData("doctor", "--results", "")]
    [InlineData("plugins", "--plugins", "")]
    public async Task An_empty_value_is_bad_input(params string[] arguments)
    {
        (int code, _, string error) = await RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.Contains("is empty", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_asked_for_in_either_order() => Assert.Equal(await RunAsync("run", "--help"), await RunAsync("help", "run"));

    [Fact]
    public async Task Help_ends_with_examples_that_the_command_takes()
    {
        (int code, string output, string error) = await RunAsync("compare", "--help");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"Examples:{Environment.NewLine}  diffusion compare first-light{Environment.NewLine}", output, StringComparison.Ordinal);

        // What a shell can complete is not listed in help.
        Assert.All((await RunAsync("--help")).Output.Split(Environment.NewLine), line => Assert.InRange(line.Length, 0, 420));
        Assert.Contains("diffusion describe <component> [options]", (await RunAsync("describe", "--help")).Output, StringComparison.Ordinal);
        Command root = CommandLine.Create();
        Command[] commands = [.. Below(root).Where(command => !command.Hidden && command.Subcommands.Count == 0)];
        Assert.InRange(commands.Length, 15, 60);
        Assert.All(commands.Append(root), command =>
        {
            Assert.True(HelpWithExamples.Of(command).Length > 0, command.Name);
            foreach ((_, string line) in HelpWithExamples.Of(command))
            {
                string[] words = [.. CommandLineParser.SplitCommandLine(line.Replace("source <(", "", StringComparison.Ordinal).TrimEnd(')')).Skip(1)
                    .Select(word => word.Trim('\''))];
                ParseResult parsed = root.Parse(words);
                Assert.Empty(parsed.Errors);
                Assert.True(command == root || command == parsed.CommandResult.Command, line);
                Assert.All(
                    words.Where(word => word.StartsWith("experiments/", StringComparison.Ordinal)),
                    word => Assert.True(Path.Exists(Path.Combine(Repository.Root, word)), word));
            }
        });

        static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
    }

    [Fact]
    public async Task Doctor_tells_remarks_from_faults()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "broken.dll"), "");
        string results = Path.Combine(_folder.FullName, "results");
        // A port on which nothing listens.
        string[] remarks = ["doctor", "--plugins", _folder.FullName, "--results", results, "--tracking", "http://user:secret@127.0.0.1:9"];
        (int code, string output, string error) = await RunAsync([.. remarks, "--json"]);
        Assert.Equal((0, ""), (code, error));
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
        JsonElement root = JsonDocument.Parse(output).RootElement;
        Assert.True(root.GetProperty("usable").GetBoolean());
        string[] findings = [.. root.GetProperty("findings").EnumerateArray().Select(one => $"{one.GetProperty("severity")}: {one.GetProperty("text")}")];
        Assert.Contains(findings, text => text.StartsWith("remark: ", StringComparison.Ordinal) && text.Contains("broken.dll", StringComparison.Ordinal));
        Assert.Contains(findings, text => text.Contains("127.0.0.1:9", StringComparison.Ordinal) && text.Contains("does not answer", StringComparison.Ordinal));
        Assert.Contains(root.GetProperty("facts").EnumerateArray(), fact => fact.GetProperty("name").GetString() == "torch version");
        Assert.Contains("Experiments can run.", (await RunAsync(remarks)).Output, StringComparison.Ordinal);

        // A file stands where the results are to go; an option of the launcher is out of range.
        string file = Path.Combine(_folder.FullName, "broken.dll");
        (code, output, _) = await RunAsync("doctor", "--results", file, "--launcher-option", "retries=-5");
        Assert.Equal(2, code);
        Assert.Contains("! results folder", output, StringComparison.Ordinal);
        Assert.Matches("(?m)^! .*retries", output);
        Assert.Contains("Experiments cannot run until", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_claims_nothing_is_said_to_claim_nothing()
    {
        (int code, _, string error) = await RunAsync("certify", "data/csv", "launcher/local");
        Assert.Equal(0, code);
        Assert.StartsWith("data/csv, launcher/local: nothing to certify.", error, StringComparison.Ordinal);
    }
}

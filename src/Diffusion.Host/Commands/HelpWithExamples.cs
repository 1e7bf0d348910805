using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Diffusion.Host.Commands;

/// <summary>Help that ends with command lines to start from.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    // Command → what to do → the line that does it.
    private static readonly Dictionary<string, (string What, string Line)[]> Lines = new()
    {
        ["diffusion"] =
        [
            ("A first sweep, with tables, records and tracked runs", "diffusion run experiments/first-light.json"),
            ("Every component that a manifest can name", "diffusion plugins"),
            ("What is wrong on this machine", "diffusion doctor"),
        ],
        ["run"] =
        [
            ("Run an experiment, or continue it", "diffusion run experiments/first-light.json"),
            ("More repeats, without another manifest", "diffusion run experiments/first-light.json --set sweep.repeats=20"),
            ("A part of the sweep, one cell at a time", "diffusion run experiments/first-light.json --only solver=heun,steps=10 --workers 1"),
            ("A folder of manifests, without tracking", "diffusion run experiments/papers --tracking none"),
        ],
        ["plan"] =
        [
            ("What would run, why, and what it would cost", "diffusion plan experiments/first-light.json"),
            ("The same with another axis", "diffusion plan experiments/first-light.json --set 'sweep.axes.steps=[5,10,80]'"),
        ],
        ["replay"] =
        [
            ("The first cell of each solver", "diffusion replay first-light"),
            ("Every cell, with the network trained anew", "diffusion replay first-light --all --train"),
        ],
        ["diff"] = [("Two runs of an experiment", "diffusion diff first-light/20261129-115511 first-light")],
        ["compare"] =
        [
            ("Which solver is better, with intervals", "diffusion compare first-light"),
            ("Against one of them, at one noise scale", "diffusion compare first-light --baseline heun --where schedule.sigmaMax=10"),
            ("For a spreadsheet", "diffusion compare first-light --metric mmd --csv"),
        ],
        ["report"] =
        [
            ("Make the page of a run anew", "diffusion report first-light"),
            ("Two runs on one page", "diffusion report first-light mixture --out both.html"),
        ],
        ["plot"] =
        [
            ("Quality against evaluations, for a paper", "diffusion plot first-light --kind quality --format svg"),
            ("The front of quality and cost at one noise scale", "diffusion plot first-light --kind pareto --where schedule.sigmaMax=10 --out pareto.png"),
        ],
        ["check"] =
        [
            ("What the manifest claims, judged by the records", "diffusion check first-light"),
            ("Other claims", "diffusion check first-light --claims claims.json"),
        ],
        ["runs"] =
        [
            ("All runs of the results folder, newest first", "diffusion runs"),
            ("What takes the most room", "diffusion runs --sort size"),
            ("Runs to resume", "diffusion runs --state interrupted"),
        ],
        ["rm"] =
        [
            ("What would go", "diffusion rm 'first-light/*'"),
            ("Remove it", "diffusion rm first-light --yes"),
        ],
        ["pack"] =
        [
            ("One file for a colleague", "diffusion pack first-light"),
            ("With the samples", "diffusion pack first-light --samples --out first-light.zip"),
        ],
        ["unpack"] = [("Into the results folder", "diffusion unpack first-light.zip")],
        ["plugins"] = [("Every component", "diffusion plugins")],
        ["describe"] =
        [
            ("Formula, options and ranges of a component", "diffusion describe dpmpp-2m"),
            ("Settings of a section of manifests", "diffusion describe training"),
            ("The noise levels of a grid", "diffusion describe karras --schedule edm --steps 10"),
        ],
        ["certify"] =
        [
            ("Order, cost and limits of a solver, measured", "diffusion certify heun --quick"),
            ("Everything, in some minutes", "diffusion certify"),
        ],
        ["doctor"] =
        [
            ("This machine", "diffusion doctor"),
            ("A tracking server and a launcher before a long run", "diffusion doctor --tracking http://localhost:5000 --launcher slurm"),
        ],
        ["schema"] = [("For an editor", "diffusion schema")],
        ["track sync"] =
        [
            ("Everything in the results folder", "diffusion track sync"),
            ("One experiment, to a server", "diffusion track sync first-light --tracking http://localhost:5000"),
        ],
        ["track status"] = [("What a store lacks, without sending", "diffusion track status")],
        ["worker"] = [("What a launcher starts", "diffusion worker results/first-light/20261129-115511 --task 400853f1a2b3")],
        ["track export"] = [("As files that a tracking server takes", "diffusion track export first-light --to mlruns")],
        ["completion"] = [("For this shell", "source <(diffusion completion bash)")],
    };

    private readonly HelpAction _help = new();

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = _help.Invoke(parseResult);
        (string What, string Line)[] examples = Of(parseResult.CommandResult.Command);
        if (examples.Length > 0)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach ((string what, string line) in examples)
                output.WriteLine($"  {line}\n      {what}.");
            output.WriteLine();
        }

        return code;
    }

    /// <summary>The examples of a command; none where it has commands below it.</summary>
    internal static (string What, string Line)[] Of(Command command)
    {
        string[] names = [.. command.Parents.OfType<Command>().Where(parent => parent.Parents.Any()).Select(parent => parent.Name), command.Name];
        return Lines.GetValueOrDefault(string.Join(' ', names)) ?? [];
    }
}

using System.CommandLine;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Host.Running;

namespace Diffusion.Host.Commands;

/// <summary>What says which plan is meant and which part of it: the same for running it and for looking at it first.</summary>
internal sealed class PlanOptions
{
    private readonly Argument<string> _manifest =
        new("manifest") { Description = "The experiment's JSON file; or the folder of a run, whose frozen plan is then used." };

    private readonly Argument<string[]> _manifests = new("manifest")
    {
        Description = "Experiments, JSON files; folders of such files, all of which are meant; or folders of runs, whose frozen plans are meant.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Overrides one value of the manifest, as in --set solver.eta=0.5; may be given more than once.",
        HelpName = "PATH=VALUE",
    };

    private readonly Option<bool> _fresh = new("--fresh") { Description = "Starts a new run and computes everything, without results of earlier runs." };

    private readonly Option<bool> _failed = new("--failed") { Description = "Runs the cells that failed before, and no others." };

    private readonly Option<bool> _stale = new("--stale") { Description = "Computes results again that come from another build of their components." };

    private readonly Option<string[]> _only = new("--only")
    {
        Description = "Runs only cells that meet this, as in --only solver=ddim*,steps=10, or the first digits of a cell's id; may be given more than once.",
        HelpName = "PATH=PATTERN,…",
    };

    /// <param name="command">What takes them.</param>
    /// <param name="takesSeveral">Whether several manifests may be named, and folders of them.</param>
    public void AddTo(Command command, bool takesSeveral = false)
    {
        command.Arguments.Add(takesSeveral ? _manifests : _manifest);
        foreach (Option option in new Option[] { _set, _fresh, _failed, _stale, _only })
            command.Options.Add(option);
    }

    /// <summary>What is to be run, one after the other: manifests and folders of runs; of a folder of manifests, the manifests in it.</summary>
    /// <exception cref="InputException">A folder is neither that of a run nor one of manifests.</exception>
    public IReadOnlyList<string> Targets(ParseResult parsed) => ManifestFolders.Expand(parsed.GetRequiredValue(_manifests));

    /// <summary>The one thing that is meant where no more can be.</summary>
    public string Target(ParseResult parsed) => parsed.GetRequiredValue(_manifest);

    /// <summary>The session for one of them: for the folder of a run with the results folder that it lies in, unless another is stated.</summary>
    /// <inheritdoc cref="RunFolder.Open" path="/exception"/>
    public static HostSession For(HostSession session, string target, ParseResult parsed, CommonOptions options) =>
        Folder(target) is { } folder && parsed.GetValue(options.Results) is null
            ? session with { Settings = session.Settings with { ResultsFolder = folder.Results } }
            : session;

    /// <summary>The plan of one of them.</summary>
    /// <inheritdoc cref="HostSession.Load" path="/exception"/>
    public ExperimentPlan Load(ParseResult parsed, HostSession session, string target) => session.Load(target, parsed.GetValue(_set) ?? []);

    /// <summary>Which part of it is meant.</summary>
    public RunSettings Settings(ParseResult parsed, HostSession session, string target) => new()
    {
        Results = Path.GetFullPath(session.Settings.ResultsFolder),
        Run = Folder(target)?.Path,
        Fresh = parsed.GetValue(_fresh),
        FailedOnly = parsed.GetValue(_failed),
        Stale = parsed.GetValue(_stale),
        Only = parsed.GetValue(_only) ?? [],
    };

    private static RunFolder? Folder(string target) => Directory.Exists(target) ? RunFolder.Open(target) : null;
}

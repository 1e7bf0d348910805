using System.CommandLine;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;

namespace Diffusion.Host.Commands;

/// <summary>What says which plan is meant and which part of it: the same for running it and for looking at it first.</summary>
internal sealed class PlanOptions
{
    private readonly Argument<string> _manifest =
        new("manifest") { Description = "The experiment's JSON file; or the folder of a run, whose frozen plan is then used." };

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

    public void AddTo(Command command)
    {
        command.Arguments.Add(_manifest);
        foreach (Option option in new Option[] { _set, _fresh, _failed, _stale, _only })
            command.Options.Add(option);
    }

    /// <summary>Opens a session; where the folder of a run is meant, with the results folder that it lies in, unless another is stated.</summary>
    /// <inheritdoc cref="HostSession.Open" path="/exception"/>
    public HostSession Open(ParseResult parsed, CommonOptions options)
    {
        HostSession session = HostSession.Open(parsed, options);
        return Folder(parsed) is { } folder && parsed.GetValue(options.Results) is null
            ? session with { Settings = session.Settings with { ResultsFolder = folder.Results } }
            : session;
    }

    /// <summary>The plan that is meant.</summary>
    /// <inheritdoc cref="HostSession.Load" path="/exception"/>
    public ExperimentPlan Load(ParseResult parsed, HostSession session) =>
        session.Load(parsed.GetRequiredValue(_manifest), parsed.GetValue(_set) ?? []);

    /// <summary>Which part of it is meant.</summary>
    public RunSettings Settings(ParseResult parsed, HostSession session) => new()
    {
        Results = Path.GetFullPath(session.Settings.ResultsFolder),
        Run = Folder(parsed)?.Path,
        Fresh = parsed.GetValue(_fresh),
        FailedOnly = parsed.GetValue(_failed),
        Stale = parsed.GetValue(_stale),
        Only = parsed.GetValue(_only) ?? [],
    };

    private RunFolder? Folder(ParseResult parsed) =>
        Directory.Exists(parsed.GetRequiredValue(_manifest)) ? RunFolder.Open(parsed.GetRequiredValue(_manifest)) : null;
}

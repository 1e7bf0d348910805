using System.CommandLine;
using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Host.Running;
using Diffusion.Host.Views;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion check</c>: judges claims by the records of a run.</summary>
internal static class CheckCommand
{
    public static Command Create(CommonOptions options)
    {
        Argument<string> run = new("run") { Description = RunNames.Help };
        Option<string> claims = new("--claims")
        {
            Description = "A file whose 'expect' is judged in place of that of the run's manifest: a manifest, or an object with 'expect' alone.",
            HelpName = "FILE",
        };
        Option<bool> strict = StrictOption();
        Option<bool> json = new("--json") { Description = "Everything as one JSON document, for scripts." };
        Command command = new("check", "Judges what is claimed by the records of a run. Nothing is computed or written.")
        {
            run, claims, strict, json, options.Results,
        };
        command.SetReadingAction(parsed =>
        {
            HostSession session = HostSession.Open(parsed, options);
            RunFolder folder = RunNames.Find(parsed.GetRequiredValue(run), Path.GetFullPath(session.Settings.ResultsFolder));
            string? file = parsed.GetValue(claims);
            ClaimSet stated = ManifestClaims.Read(file ?? folder.ManifestFile, PlanFile.Read(folder.PlanFile));
            // The run's own looks, whatever is judged: its records are as many as these have asked for.
            if (file is not null && File.Exists(folder.ManifestFile))
                stated = stated with { Looks = ManifestClaims.Looks(folder.ManifestFile) };
            if (stated.Claims.Count == 0)
                throw new InputException(file is null
                    ? $"{folder.Label} claims nothing: its manifest has no 'expect'. --claims FILE names claims to judge it by."
                    : $"{file} claims nothing: it has no 'expect'");
            ClaimVerdicts verdicts = RecordedClaims.Judge(stated, folder);
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                ClaimsDocument.Write(output, folder.Label, verdicts);
            else
                ClaimsView.Write(output, verdicts);
            return ClaimsView.Conclude(parsed.InvocationConfiguration.Error, parsed.GetValue(strict), verdicts);
        });
        return command;
    }

    /// <summary>Whether undecided claims count as failures.</summary>
    public static Option<bool> StrictOption() =>
        new("--strict") { Description = "Ends with exit code 1 when a claim is undecided, too, rather than with a warning." };
}

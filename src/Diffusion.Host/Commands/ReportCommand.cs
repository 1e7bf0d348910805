using System.CommandLine;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Records;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Views;
using Diffusion.Reporting.Reading;
using Diffusion.Reporting.Writing;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion report</c>: what runs came to, as one file to look at.</summary>
internal static class ReportCommand
{
    private const string FileName = "report.html";

    public static Command Create(CommonOptions options)
    {
        Argument<string[]> runs = new("run")
        {
            Description = $"{RunNames.Help} With *, all runs of the results folder that it matches. Several are shown as one sweep.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> file = new("--out")
        {
            Description = "The file to write (default: report.html in the run's folder; in the current one for several runs).",
            HelpName = "FILE",
        };
        Command command = new("report", "Writes the report of runs anew, from their records alone: one HTML file with charts and tables that opens offline.")
        {
            runs, file, options.Results,
        };
        command.SetReadingAction(parsed =>
        {
            HostSession session = HostSession.Open(parsed, options);
            List<string> skipped = [];
            RunFolder[] folders = Folders(parsed.GetRequiredValue(runs), Path.GetFullPath(session.Settings.ResultsFolder), skipped);
            var source = ReportSource.Read(folders, skipped);
            string path = Path.GetFullPath(parsed.GetValue(file) ?? (folders is [RunFolder only] ? only.ReportFile : FileName));
            if (Directory.Exists(path))
                throw new InputException($"--out {parsed.GetValue(file)}: this is a folder; a file is expected, as in --out {FileName}");
            ReportPage.Write(path, source);
            foreach (string text in source.Skipped)
                parsed.InvocationConfiguration.Error.WriteLine(text);
            parsed.InvocationConfiguration.Output.WriteLine($"Report   {ShownPath.Relative(path)}  ({Amounts.Bytes(new FileInfo(path).Length)})");
            return ExitCode.Ok;
        });
        return command;
    }

    // One name that means nothing does not keep the others from being shown, but a report of nothing is none.
    private static RunFolder[] Folders(string[] names, string results, List<string> skipped)
    {
        List<RunFolder> found = [];
        foreach (string name in names)
        {
            try
            {
                found.AddRange(name.Contains('*', StringComparison.Ordinal) ? RunNames.Matching([name], results) : [RunNames.Find(name, results)]);
            }
            catch (InputException e)
            {
                skipped.Add($"{name} is left out: {e.Message}");
                if (names.Length == 1)
                    throw;
            }
        }

        return found.Count == 0 ? throw new InputException(string.Join('\n', skipped)) : [.. found.DistinctBy(folder => folder.Path)];
    }
}

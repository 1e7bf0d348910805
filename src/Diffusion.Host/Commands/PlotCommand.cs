using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Views;
using Diffusion.Reporting.Figures;
using Diffusion.Reporting.Reading;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion plot</c>: one figure of runs as a file.</summary>
internal static class PlotCommand
{
    private static readonly Dictionary<string, FigureKind> Kinds =
        Enum.GetValues<FigureKind>().ToDictionary(kind => $"{kind}".ToLowerInvariant(), StringComparer.Ordinal);

    private static readonly string[] Formats = ["svg", "png"];

    public static Command Create(CommonOptions options)
    {
        Argument<string[]> runs = new("run") { Description = $"{RunNames.Help} Several are shown as one sweep.", Arity = ArgumentArity.OneOrMore };
        Option<string> kind = new("--kind") { Description = $"What to show: {string.Join(", ", Kinds.Keys)} (default: quality).", HelpName = "KIND" };
        kind.CompletionSources.Add(Kinds.Keys.ToArray());
        Option<string> format = new("--format") { Description = "svg or png (default: that of --out, else svg).", HelpName = "FORMAT" };
        format.CompletionSources.Add(Formats);
        Option<string> file = new("--out") { Description = "The file to write (default: <experiment>-<kind>.svg in the current folder).", HelpName = "FILE" };
        Option<string> metric = new("--metric") { Description = "The metric (default: the first of the manifest).", HelpName = "NAME" };
        Option<string[]> where = new("--where")
        {
            Description = "Shows only cells that meet this, as in --where solver=ddim*,steps=10; may be given more than once.",
            HelpName = "PATH=PATTERN,…",
        };
        Command command = new("plot", "Draws one figure of runs, from their records, into a file for papers.")
        {
            runs, kind, metric, where, format, file, options.Results,
        };
        command.SetReadingAction(parsed =>
        {
            HostSession session = HostSession.Open(parsed, options);
            FigureKind drawn = Known(parsed.GetValue(kind) ?? "quality", "--kind", Kinds);
            string? name = parsed.GetValue(file);
            string ending = parsed.GetValue(format) ?? Path.GetExtension(name ?? "").TrimStart('.').ToLowerInvariant();
            string stating = parsed.GetValue(format) is null ? "--out" : "--format";
            bool isSvg = Known(ending.Length == 0 ? "svg" : ending, stating, Formats.ToDictionary(one => one)) == "svg";
            string results = Path.GetFullPath(session.Settings.ResultsFolder);
            RunFolder[] folders = [.. parsed.GetRequiredValue(runs).Select(run => RunNames.Find(run, results)).DistinctBy(folder => folder.Path)];
            var source = ReportSource.Read(folders, []);
            source = source with { Cells = source.Cells.Selected(parsed.GetValue(where) ?? []) };
            using SessionServices services = session.OpenServices();
            FigureBuilder builder = new(source, parsed.GetValue(metric), json =>
                services.Factory.Create<NoiseSchedule>(session.Catalogue.Bind(ComponentKind.Schedule, json, "schedule")));
            Figure figure = builder.Build(drawn);
            string path = Path.GetFullPath(name ?? $"{source.Runs[0].Plan.Name}-{$"{drawn}".ToLowerInvariant()}.{(isSvg ? "svg" : "png")}");
            if (Directory.Exists(path))
                throw new InputException($"--out {name}: this is a folder; a file is expected");
            string? font = FontFile.Find();
            FigureDrawer.Draw(figure, path, isSvg, font);
            TextWriter error = parsed.InvocationConfiguration.Error;
            foreach (string note in source.Skipped.Concat(figure.Notes))
                error.WriteLine(note);
            if (font is null)
                error.WriteLine("No font was found, so that words may be missing from the figure; on Debian, apt-get install fonts-dejavu-core brings one.");
            parsed.InvocationConfiguration.Output.WriteLine($"Figure   {ShownPath.Relative(path)}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static T Known<T>(string name, string option, Dictionary<string, T> known) => known.TryGetValue(name, out T? value)
        ? value
        : throw new InputException($"{option}: unknown '{name}'{NameSuggestions.Hint(name, [.. known.Keys])}");
}

using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Packing;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Views;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion pack</c> and <c>diffusion unpack</c>: a run as one file, for a colleague or an archive.</summary>
internal static class PackCommand
{
    public static Command Create(CommonOptions options)
    {
        Argument<string> name = new("run") { Description = RunNames.Help };
        Option<FileInfo?> output = new("--out")
        {
            Description = "The file to write. <experiment>-<run>.zip in this folder unless stated. A file that is there is not replaced.",
            HelpName = "FILE",
        };
        Option<bool> samples = new("--samples") { Description = "With the arrays of samples and kept states, which may be large." };
        Option<bool> withoutData = new("--without-data")
        {
            Description = "Without the files that the manifest names. The run can be read and compared then, and not computed again.",
        };
        Command command = new("pack", "Writes a run into one ZIP file: manifest, plan, records, pictures, trained models and the data that it names.")
        {
            name, output, samples, withoutData, options.Results,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            HostSession session = HostSession.Open(parsed, options);
            RunFolder run = RunNames.Find(parsed.GetRequiredValue(name), Path.GetFullPath(session.Settings.ResultsFolder));
            string file = parsed.GetValue(output)?.FullName ?? Path.GetFullPath($"{run.Label.Replace('/', '-')}.zip");
            if (Path.Exists(file))
                throw new InputException($"{file} is there already; --out FILE names another");
            PackContents contents = RunPack.Write(run, file, parsed.GetValue(samples), !parsed.GetValue(withoutData), cancellationToken);
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{ShownPath.Relative(file)}: {What(contents)}, {Amounts.Bytes(new FileInfo(file).Length)}. 'diffusion unpack' takes it on another machine.");
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    public static Command CreateUnpack(CommonOptions options)
    {
        Argument<FileInfo> file = new("file") { Description = "A file that 'diffusion pack' wrote." };
        Command command = new("unpack", "Takes a packed run into the results folder. The file is checked before anything is written.")
        {
            file, options.Results,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            HostSession session = HostSession.Open(parsed, options);
            TextWriter output = parsed.InvocationConfiguration.Output;
            using RunUnpacking unpacking = RunUnpacking.Open(parsed.GetRequiredValue(file).FullName);
            (RunFolder run, bool wasThere) = unpacking.Unpack(Path.GetFullPath(session.Settings.ResultsFolder), cancellationToken);
            if (wasThere)
            {
                output.WriteLine($"{run.Label} is there already: {ShownPath.Relative(run.Path)}");
                return Task.FromResult(ExitCode.Ok);
            }

            output.WriteLine($"{run.Label}: {What(unpacking.Contents)} in {ShownPath.Relative(run.Path)}");
            output.WriteLine($"Compare it: diffusion compare {run.Label}");
            if (unpacking.Contents.Inputs > 0 || PlanFile.Read(run.PlanFile).Files().Count == 0)
                output.WriteLine($"Compute some of it again: diffusion replay {run.Label}");
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static string What(PackContents contents) => string.Join(", ", new[]
    {
        Counted.Text(contents.Recorded, "record"),
        contents.HasSamples ? "samples" : "no samples",
        contents.Models > 0 ? Counted.Text(contents.Models, "trained model") : "",
        contents.Inputs > 0 ? Counted.Text(contents.Inputs, "data file") : "",
    }.Where(part => part.Length > 0));
}

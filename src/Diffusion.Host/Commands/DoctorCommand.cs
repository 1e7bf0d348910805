using System.CommandLine;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Host.Engine;
using Diffusion.Host.Processes;
using Diffusion.Host.Running;
using Diffusion.Host.Settings;
using Diffusion.Host.Views;
using Diffusion.Natives;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion doctor</c>: what the program found on this machine, and what is wrong with it.</summary>
internal static class DoctorCommand
{
    public static Command Create(CommonOptions options)
    {
        Command command = new("doctor", "Shows engine, devices, threads, folders and settings, and what is wrong.")
        {
            options.Results,
            options.Tracking,
            options.Threads,
            options.Workers,
        };
        command.SetReadingAction(parsed =>
        {
            HostSession session = HostSession.Open(parsed, options);
            TextWriter output = parsed.InvocationConfiguration.Output;
            List<string> problems = [.. session.Problems.Select(problem => problem.ToString())];
            List<string[]> rows =
            [
                ["dotnet", System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription],
                ["processors", $"{Environment.ProcessorCount}"],
                .. EngineRows(session, problems),
                ["workers", session.Settings.Workers is { } workers ? $"{workers}" : "one per processor"],
                ["results", Path.GetFullPath(session.Settings.ResultsFolder)],
                ["tracking", Tracking(session, problems)],
                .. session.Folders.Select(folder => (string[])["plugins", folder]),
                ["components", string.Join(
                    ", ", session.Catalogue.All.GroupBy(component => component.Kind).Select(kind => $"{kind.Key.Prose()} {kind.Count()}"))],
            ];
            CheckResults(session.Settings.ResultsFolder, problems);

            Table.Write(output, ["", ""], rows);
            output.WriteLine();
            if (problems.Count == 0)
                output.WriteLine("No problems found.");
            foreach (string problem in problems)
                output.WriteLine($"! {problem}");
            return problems.Count == 0 ? ExitCode.Ok : ExitCode.BadInput;
        });
        return command;
    }

    private static string Tracking(HostSession session, List<string> problems)
    {
        try
        {
            return Secrets.Shown(ChosenComponents.Tracker(session.Catalogue, session.Settings) switch
            {
                (_, { } address) => address,
                (var choice, _) => choice.Name,
            });
        }
        catch (InputException e)
        {
            problems.Add(e.Message);
            return Secrets.Shown(session.Settings.Tracking.Uri ?? "");
        }
    }

    private static IEnumerable<string[]> EngineRows(HostSession session, List<string> problems)
    {
        try
        {
            TorchNatives.Load(session.Settings.Threads ?? 1);
            return [.. TorchEngine.Facts().Select(fact => (string[])[$"torch {fact.Key}", fact.Value])];
        }
        catch (TorchUnavailableException e)
        {
            problems.Add(e.Message);
            return [];
        }
    }

    private static void CheckResults(string folder, List<string> problems)
    {
        try
        {
            Writable.Require(folder);
        }
        catch (InputException e)
        {
            problems.Add(e.Message);
        }
    }
}

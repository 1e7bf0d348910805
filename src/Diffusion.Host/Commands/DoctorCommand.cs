using System.CommandLine;
using Diffusion.Host.Processes;
using Diffusion.Host.Views;

namespace Diffusion.Host.Commands;

/// <summary><c>diffusion doctor</c>: what the program found on this machine, and what is wrong with it.</summary>
internal static class DoctorCommand
{
    public static Command Create(CommonOptions options)
    {
        Option<bool> json = new("--json") { Description = "Everything as one JSON document, for scripts." };
        Command command = new("doctor", "Shows engine, devices, memory, disk, folders and settings, and what is wrong. Ends with 0 where experiments can run.")
        {
            json,
            options.Results,
            options.Tracking,
            options.Threads,
            options.Workers,
            options.Launcher,
            options.LauncherOption,
        };
        command.SetReadingAction(parsed =>
        {
            Examination examination = Examination.Examine(HostSession.Open(parsed, options));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                DoctorView.WriteJson(output, examination.Facts, examination.Findings, examination.IsUsable);
            else
                DoctorView.Write(output, examination.Facts, examination.Findings, examination.IsUsable);
            return examination.IsUsable ? ExitCode.Ok : ExitCode.BadInput;
        });
        return command;
    }
}

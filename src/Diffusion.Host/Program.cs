using System.Runtime.CompilerServices;
using Diffusion.Host.Commands;
using Diffusion.Host.Plugins;
using Diffusion.Host.Processes;

namespace Diffusion.Host;

/// <summary>The process.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        // Before anything else is loaded, which may be what there is no room for.
        if (OpenFiles.Objection() is not { } objection)
            return Run(args);
        Console.Error.WriteLine(objection);
        return ExitCode.BadInput;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Run(string[] args)
    {
        using CancellationOnSignal cancellation = new();
        int code;
        // A process that tries plugins is there to be ended by them: its parent wants to see how.
        using (ProcessGuard? guard = args is [PluginProbe.CommandName, ..] ? null : new ProcessGuard(Console.Error, cancellation.Token))
            code = CommandLine.RunAsync(args, Console.Out, Console.Error, cancellation.Token).GetAwaiter().GetResult();

        // Returning would wait for whatever threads plugins have left behind.
        Environment.Exit(code);
        return code;
    }
}

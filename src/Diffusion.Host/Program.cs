using Diffusion.Host;
using Diffusion.Host.Commands;

using CancellationOnSignal cancellation = new();
int code;
// A process that tries plugins is there to be ended by them: its parent wants to see how.
using (ProcessGuard? guard = args is [ProbeCommand.Name, ..] ? null : new ProcessGuard(Console.Error, cancellation.Token))
    code = await CommandLine.RunAsync(args, Console.Out, Console.Error, cancellation.Token).ConfigureAwait(false);

// Returning would wait for whatever threads plugins have left behind.
Environment.Exit(code);

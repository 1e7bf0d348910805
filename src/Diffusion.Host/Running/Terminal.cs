using Spectre.Console;

namespace Diffusion.Host.Running;

/// <summary>What the output is.</summary>
internal static class Terminal
{
    /// <summary>Whether the output is a terminal that can redraw lines.</summary>
    public static bool IsInteractive(TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;
}

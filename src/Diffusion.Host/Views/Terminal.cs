using Spectre.Console;

namespace Diffusion.Host.Views;

/// <summary>What the output is, and what may be written to it.</summary>
internal static class Terminal
{
    private const char FirstPicture = '\u2400';
    private const char DeletePicture = '\u2421';
    private const char Delete = '\u007f';

    /// <summary>Whether the output is a terminal that can redraw lines.</summary>
    public static bool IsInteractive(TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;

    /// <summary>A text that a terminal shows and does not obey: control characters but for line ends and tabs as pictures of themselves (ESC as ␛).</summary>
    public static string Plain(string text) => !text.Any(IsCommand) ? text : string.Create(text.Length, text, (shown, given) =>
    {
        for (int i = 0; i < shown.Length; i++)
            shown[i] = !IsCommand(given[i]) ? given[i] : given[i] < ' ' ? (char)(FirstPicture + given[i]) : given[i] == Delete ? DeletePicture : '\ufffd';
    });

    // Those from 0x80 to 0x9f are commands to some terminals, as are the marks that turn the direction of writing.
    private static bool IsCommand(char c) =>
        (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069';
}

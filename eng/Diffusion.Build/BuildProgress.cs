using System.Text.RegularExpressions;

namespace Diffusion.Build;

/// <summary>
/// Turns MSBuild's lines into what a person waits for: restoring, then project n of m. On a terminal one line is written over; elsewhere each step is
/// a line of its own.
/// </summary>
/// <param name="output">Where progress goes.</param>
/// <param name="projects">How many projects are built.</param>
/// <param name="terminal">Whether <paramref name="output"/> is a terminal.</param>
/// <param name="clock">Tells the time that restoring has taken.</param>
internal sealed partial class BuildProgress(TextWriter output, int projects, bool terminal, TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly HashSet<string> _built = [];
    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _lastSaid;
    private int _width;

    /// <summary>Takes a line of <c>dotnet build --verbosity minimal</c>.</summary>
    public void Take(string line)
    {
        if (line.Contains("Determining projects to restore", StringComparison.Ordinal))
            Say("Restoring packages (the first time they are downloaded) ...");
        else if (BuiltProject().Match(line) is { Success: true } project && _built.Add(project.Groups["name"].Value))
            Say($"Building: {_built.Count} of {projects} projects ({project.Groups["name"].Value})");
    }

    /// <summary>Shows that work goes on when nothing was said for a while.</summary>
    public void Tick()
    {
        TimeSpan elapsed = clock.GetElapsedTime(_start);
        if (elapsed - _lastSaid >= Quiet)
            Say(_built.Count == 0
                ? $"Restoring packages ... {elapsed.TotalSeconds:0} s"
                : $"Building: {_built.Count} of {projects} projects ... {elapsed.TotalSeconds:0} s");
    }

    /// <summary>Ends the line that is written over.</summary>
    public void End()
    {
        if (terminal && _width > 0)
            output.Write($"\r{new string(' ', _width)}\r");
        output.Flush();
    }

    private void Say(string text)
    {
        _lastSaid = clock.GetElapsedTime(_start);
        if (terminal)
            output.Write($"\r{text.PadRight(_width)}");
        else
            output.WriteLine(text);
        _width = Math.Max(_width, text.Length);
        output.Flush();
    }

    [GeneratedRegex(@"^\s+(?<name>\S+) -> \S")]
    private static partial Regex BuiltProject();
}

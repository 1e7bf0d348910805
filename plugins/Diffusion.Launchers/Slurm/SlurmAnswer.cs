namespace Diffusion.Launchers.Slurm;

/// <summary>What one of Slurm's commands said.</summary>
/// <param name="ExitCode">Its exit code; null when it was stopped because it took too long.</param>
/// <param name="Output">Its output.</param>
/// <param name="Error">What it complained about.</param>
internal sealed record SlurmAnswer(int? ExitCode, string Output, string Error)
{
    /// <summary>Whether it did what it was asked for.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>The lines of the output that are not blank.</summary>
    public IReadOnlyList<string> Lines => LinesOf(Output);

    /// <summary>Its complaints in its own words, on one line.</summary>
    public string Complaint
    {
        get
        {
            string[] lines = [.. LinesOf(Error).Select(line => line.Split("error: ", 2)[^1].Trim()).Distinct()];
            return lines.Length > 0 ? string.Join("; ", lines) : ExitCode is { } code ? $"exit code {code} and no message" : "no answer";
        }
    }

    private static string[] LinesOf(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

namespace Diffusion.Host.Running;

/// <summary>Reasons and errors for people: a library's message can be a page, of which the record holds all.</summary>
internal static class Reasons
{
    private const int Longest = 160;

    /// <summary>The first line, cut where it is long.</summary>
    public static string Short(string reason)
    {
        string line = reason.Split('\n', 2)[0].TrimEnd();
        return line.Length > Longest ? $"{line[..(Longest - 1)].TrimEnd()}…" : line;
    }
}

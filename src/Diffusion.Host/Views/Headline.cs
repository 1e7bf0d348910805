namespace Diffusion.Host.Views;

/// <summary>Errors for people. Libraries append where in their own code it happened; records and logs keep that.</summary>
internal static class Headline
{
    private const int Longest = 240;

    /// <summary>The first line of an error, cut where it is very long.</summary>
    public static string FirstLine(string? error)
    {
        string line = (error ?? "").Split('\n')[0].TrimEnd();
        return line.Length <= Longest ? line : $"{line[..(Longest - 1)]}…";
    }
}

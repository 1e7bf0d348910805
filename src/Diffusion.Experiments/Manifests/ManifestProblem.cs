namespace Diffusion.Experiments.Manifests;

/// <summary>One thing that is wrong in a manifest.</summary>
/// <param name="Source">The file, or the text of the <c>--set</c> that states it.</param>
/// <param name="Line">Line from 1; 0 when the source has none.</param>
/// <param name="Column">Column from 1, in characters; 0 when the source has none.</param>
/// <param name="Path">Where in the JSON document, as JSONPath; "" when it concerns the source as a whole.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ManifestProblem(string Source, int Line, int Column, string Path, string Message)
{
    private const int LongestPart = 1500;

    /// <summary>"file:line:column  path  message".</summary>
    public override string ToString()
    {
        string place = Line > 0 ? $"{Source}:{Line}:{Column}" : Source;
        return Path.Length > 0 ? $"{place}  {Path}  {Message}" : $"{place}  {Message}";
    }

    /// <summary>The problem without the middle of texts that nobody would read to the end, as what was found may be of any length.</summary>
    internal ManifestProblem Shortened() => new(Shortened(Source), Line, Column, Shortened(Path), Shortened(Message));

    // What is wrong stands at the beginning, what is allowed at the end.
    private static string Shortened(string text) => text.Length <= LongestPart ? text : $"{text[..(LongestPart / 5)]}…{text[^(4 * LongestPart / 5)..]}";
}

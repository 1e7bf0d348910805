using System.Text.RegularExpressions;

namespace MLflow.TestServer;

/// <summary>Which keys a server takes. Written on its own, so that a client's mistake is not repeated here.</summary>
internal static partial class KeyChecks
{
    public static void Check(string key, string kind, bool isOnWindows)
    {
        if (!Allowed().IsMatch(key) || (isOnWindows && key.Contains(':', StringComparison.Ordinal)))
            throw RefusedException.Invalid($"Invalid value \"{key.Replace("\\", "\\\\", StringComparison.Ordinal)}\" for parameter 'name' supplied: "
                + "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
        if (Path.IsPathRooted(key) || key.Split('/').Any(part => part is "" or "." or "..") || key.StartsWith("..", StringComparison.Ordinal))
            throw RefusedException.Invalid($"Invalid value \"{key}\" for parameter 'name' supplied: Names may be treated as files in certain cases, "
                + "and must not resolve to other names when treated as such.");
        if (key.EnumerateRunes().Count() > 250)
            throw RefusedException.Invalid($"'{kind}' exceeds the maximum length of 250 characters");
    }

    // A real server's $ lets a line break at the end pass.
    [GeneratedRegex(@"^[/\w.\- :]*$")]
    private static partial Regex Allowed();
}

using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Diffusion.Host.Settings;

/// <summary>Keeps passwords and tokens out of what is shown and recorded.</summary>
internal static partial class Secrets
{
    private const string Mask = "***";

    // Shorter ones would be found in the middle of ordinary words.
    private const int Shortest = 4;

    // Secret → what is shown for it.
    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    /// <summary>An address as it may be shown: without user name, password and the values of its query.</summary>
    public static string Shown(string uri)
    {
        int scheme = uri.IndexOf("://", StringComparison.Ordinal);
        int start = scheme < 0 ? 0 : scheme + 3;
        int at = uri.LastIndexOf('@');
        string shown = uri;
        if (at >= start && HasUserInfo(uri, start, at, scheme >= 0))
        {
            // Of what the parser takes for an address, a later @ belongs to the path.
            int end = scheme >= 0 && Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed) && parsed.UserInfo.Length > 0 ? AuthorityEnd(uri, start) : at;
            shown = $"{uri[..start]}{Mask}{uri[end..]}";
        }

        return scheme < 0 ? shown : QueryValue().Replace(shown, match => $"{match.Groups["name"].Value}={Mask}");
    }

    /// <summary>Remembers the secrets of an address, so that <see cref="Without"/> finds them wherever they turn up.</summary>
    public static void Learn(string uri)
    {
        string shown = Shown(uri);
        if (shown == uri)
            return;
        Add(uri, shown);
        int start = shown.IndexOf(Mask, StringComparison.Ordinal);
        int at = uri.LastIndexOf('@');
        if (at > start && uri.StartsWith(shown[..start], StringComparison.Ordinal))
        {
            string userInfo = uri[start..at];
            Add(userInfo, Mask);
            string password = userInfo[(userInfo.IndexOf(':', StringComparison.Ordinal) + 1)..];
            Add(password, Mask);
            Add(Uri.UnescapeDataString(password), Mask);
        }

        foreach (Match match in QueryValue().Matches(uri))
            Add(match.Groups["value"].Value, Mask);
    }

    /// <summary>A text without what <see cref="Learn"/> knows, and without the user's part of any other address in it.</summary>
    public static string Without(string text)
    {
        foreach ((string secret, string shown) in Known.OrderByDescending(pair => pair.Key.Length))
            text = text.Replace(secret, shown, StringComparison.Ordinal);
        return UserInfo().Replace(text, $"://{Mask}@");
    }

    /// <summary>A command line as one text, each argument as it may be shown.</summary>
    public static string CommandLine(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(argument =>
    {
        int equals = argument.StartsWith('-') ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
        string shown = Without($"{argument[..(equals + 1)]}{Shown(argument[(equals + 1)..])}");
        return shown.Contains(' ', StringComparison.Ordinal) ? $"\"{shown}\"" : shown;
    }));

    private static bool HasUserInfo(string uri, int start, int at, bool hasScheme)
    {
        if (!hasScheme)
            return uri.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon && colon < at;
        int end = uri.IndexOfAny(['/', '?', '#'], start);
        // "user:pass/word@host": the parser may take "user:pass" for a host and its port, but whoever wrote it may have meant a password.
        return end < 0 || at < end || (end > start && uri.AsSpan(start, end - start).Contains(':')) || !Uri.TryCreate(uri, UriKind.Absolute, out _);
    }

    private static int AuthorityEnd(string uri, int start)
    {
        int end = uri.IndexOfAny(['/', '?', '#'], start);
        return uri.LastIndexOf('@', (end < 0 ? uri.Length : end) - 1);
    }

    private static void Add(string secret, string shown)
    {
        if (secret.Length < Shortest)
            return;
        Known[secret] = shown;
        // As it stands in a JSON text.
        Known[JsonEncodedText.Encode(secret).Value] = shown;
        Known[JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value] = shown;
    }

    [GeneratedRegex("""://[^/?#\s"']*@""")]
    private static partial Regex UserInfo();

    [GeneratedRegex("""(?<name>[?&][^=&#]*)=(?<value>[^&#]*)""")]
    private static partial Regex QueryValue();
}

using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Diffusion.Host.Settings;

/// <summary>Keeps passwords and tokens out of what is shown and recorded.</summary>
internal static partial class Secrets
{
    private const string Mask = "***";
    private const string SchemeEnd = "://";

    // Shorter ones would be found in the middle of ordinary words.
    private const int Shortest = 4;

    // Secret → what is shown for it.
    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    /// <summary>An address as it may be shown: without user name, password and the values of its query.</summary>
    public static string Shown(string uri)
    {
        string shown = UserInfoOf(uri) is var (start, end) ? $"{uri[..start]}{Mask}{uri[end..]}" : uri;
        return HasScheme(uri) ? QueryValue().Replace(shown, match => $"{match.Groups["name"].Value}={Mask}") : shown;
    }

    /// <summary>Remembers the secrets of an address, so that <see cref="Without"/> finds them wherever they turn up.</summary>
    public static void Learn(string uri)
    {
        string shown = Shown(uri);
        if (shown == uri)
            return;
        Add(uri, shown);
        if (UserInfoOf(uri) is var (start, end))
        {
            string userInfo = uri[start..end];
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

    private static bool HasScheme(string uri) => uri.Contains(SchemeEnd, StringComparison.Ordinal);

    /// <summary>
    /// Where user name and password begin and end; null where an address has none. They end where what follows is a host for the parser, whatever signs the
    /// password has.
    /// </summary>
    private static (int Start, int End)? UserInfoOf(string uri)
    {
        int scheme = uri.IndexOf(SchemeEnd, StringComparison.Ordinal);
        int start = scheme < 0 ? 0 : scheme + SchemeEnd.Length;
        int last = uri.LastIndexOf('@');
        if (last < start || !MayHaveUserInfo(uri, start, last, scheme >= 0))
            return null;
        for (int at = uri.IndexOf('@', start); at < last; at = uri.IndexOf('@', at + 1))
        {
            // With its signs escaped the password cannot end early.
            if (Uri.TryCreate($"http://{Uri.EscapeDataString(uri[start..at])}@{uri[(at + 1)..]}", UriKind.Absolute, out Uri? parsed) && parsed.Host.Length > 0)
                return (start, at);
        }

        return (start, last);
    }

    private static bool MayHaveUserInfo(string uri, int start, int last, bool hasScheme)
    {
        if (!hasScheme)
            return uri.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon && colon < last;
        int end = uri.IndexOfAny(['/', '?', '#'], start);
        string authority = uri[start..(end < 0 ? uri.Length : end)];
        // "user:pass/word@host": the parser may take "user:pass" for a host and its port, but whoever wrote it may have meant a password.
        return authority.Contains('@', StringComparison.Ordinal) || authority.Contains(':', StringComparison.Ordinal) || !Uri.TryCreate(
            uri, UriKind.Absolute, out _);
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

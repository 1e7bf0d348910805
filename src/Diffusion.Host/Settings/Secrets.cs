using System.Text.RegularExpressions;

namespace Diffusion.Host.Settings;

/// <summary>Keeps passwords out of what is shown and recorded.</summary>
internal static partial class Secrets
{
    /// <summary>The text with every user name and password in an address replaced by asterisks.</summary>
    public static string Without(string text) => UserInfo().Replace(text, "://***@");

    [GeneratedRegex("""://[^/?#\s"']*@""")]
    private static partial Regex UserInfo();
}

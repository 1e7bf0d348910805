namespace Diffusion.Reporting.Figures;

/// <summary>
/// The font of figures: a file that the system has. The graphics library does not ask the system for fonts, which on Linux would take another library; none is
/// brought along.
/// </summary>
public static class FontFile
{
    // Sans-serif fonts that systems bring or that are a package away, the widest coverage first.
    private static readonly string[] Known =
    [
        "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "OpenSans-Regular.ttf", "Ubuntu-R.ttf", "FreeSans.ttf", "Arial.ttf",
        "arial.ttf", "segoeui.ttf", "Helvetica.ttc",
    ];

    private static readonly string[] Folders =
    [
        "/usr/share/fonts", "/usr/local/share/fonts", Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/share/fonts"),
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".fonts"), "/System/Library/Fonts", "/Library/Fonts",
        Environment.GetFolderPath(Environment.SpecialFolder.Fonts),
    ];

    /// <summary>The first known font, or else any TrueType font; null where the system has none.</summary>
    public static string? Find() => Find(Folders);

    internal static string? Find(IReadOnlyList<string> folders)
    {
        EnumerationOptions everywhere = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };
        string[] files = [.. folders.Where(folder => folder.Length > 0 && Directory.Exists(folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.tt?", everywhere)).Order(StringComparer.Ordinal)];
        return Known.Select(name => files.FirstOrDefault(file => Path.GetFileName(file) == name)).FirstOrDefault(file => file is not null)
            ?? files.FirstOrDefault(file => file.EndsWith(".ttf", StringComparison.OrdinalIgnoreCase));
    }
}

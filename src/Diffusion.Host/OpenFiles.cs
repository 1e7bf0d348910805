using System.Globalization;

namespace Diffusion.Host;

/// <summary>How many files this process may have open. With too few the runtime fails to load parts of itself, in words that say anything but that.</summary>
internal static class OpenFiles
{
    /// <summary>What the program, its plugins and the tensor library have open when they have begun, and some for its own files.</summary>
    public const int Least = 256;

    /// <summary>What to say where there are too few; null where there are enough, or the system does not tell.</summary>
    public static string? Objection()
    {
        try
        {
            string? line = File.Exists("/proc/self/limits") ? File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal)) : null;
            string[] words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
            return words.Length > 3 && int.TryParse(words[3], CultureInfo.InvariantCulture, out int limit) && limit < Least
                ? string.Create(CultureInfo.InvariantCulture, $"this process may have {limit} files open, and needs {Least}: raise the limit (ulimit -n {Least})")
                : null;
        }
        catch (IOException e)
        {
            return $"the limit of open files cannot be read: {e.Message}";
        }
    }
}

using System.Text;

namespace Diffusion.Launchers.Slurm;

/// <summary>Reads what array elements have printed.</summary>
internal static class SlurmLog
{
    private const int EndBytes = 8192, LongestWords = 300;

    /// <summary>The last few thousand characters; "" when there is no such file.</summary>
    public static string End(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Seek(-Math.Min(EndBytes, stream.Length), SeekOrigin.End);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>The last line that is neither blank nor a worker's message to whoever started it.</summary>
    public static string LastWords(string path)
    {
        string line = End(path).Split('\n').LastOrDefault(line => !string.IsNullOrWhiteSpace(line) && WorkerMessage.Parse(line) is null)?.Trim() ?? "";
        return line.Length > LongestWords ? line[..LongestWords] + " …" : line;
    }
}

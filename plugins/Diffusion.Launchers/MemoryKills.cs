using System.Globalization;

namespace Diffusion.Launchers;

/// <summary>How many processes the kernel has killed for lack of memory: in this process's control group, or on the machine where there is none.</summary>
/// <param name="file">A file with a line <c>oom_kill N</c>; null where there is none.</param>
internal sealed class MemoryKills(string? file)
{
    private const string Key = "oom_kill ";
    private const string Groups = "/sys/fs/cgroup";

    public static MemoryKills OfThisProcess() => new(Candidates().FirstOrDefault(candidate => Read(candidate) is not null));

    /// <summary>The number so far; it only grows.</summary>
    public long Count() => file is null ? 0 : Read(file) ?? 0;

    private static IEnumerable<string> Candidates()
    {
        // A line is "0::/path" of version 2, or "4:memory:/path" of version 1.
        string[][] groups = File.Exists("/proc/self/cgroup") ? [.. File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3))] : [];
        foreach (string[] group in groups.Where(group => group is ["0", "", _]))
            yield return $"{Groups}{group[2]}/memory.events";
        foreach (string[] group in groups.Where(group => group is [_, "memory", _]))
            yield return $"{Groups}/memory{group[2]}/memory.oom_control";
        // A container may see the host's path in /proc and its own group at the root.
        yield return $"{Groups}/memory.events";
        yield return $"{Groups}/memory/memory.oom_control";
        yield return "/proc/vmstat";
    }

    private static long? Read(string candidate)
    {
        try
        {
            string? line = File.ReadLines(candidate).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.AsSpan(Key.Length), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Globalization;
using System.Runtime.InteropServices;

namespace Diffusion.Host.Processes;

/// <summary>How many files this process may have open. With too few the runtime fails to load parts of itself, in words that say anything but that.</summary>
internal static class OpenFiles
{
    /// <summary>What the program, its plugins and the tensor library have open when they have begun, and some for its own files.</summary>
    private const int Least = 256;

    // RLIMIT_NOFILE.
    private const int OnLinux = 7;
    private const int OnMac = 8;

    /// <summary>What to say where there are too few; null where there are enough, or the system does not tell.</summary>
    public static string? Objection()
    {
        // rlim_cur, rlim_max.
        ulong[] limits = new ulong[2];
        return !OperatingSystem.IsWindows() && GetLimit(OperatingSystem.IsMacOS() ? OnMac : OnLinux, limits) == 0 && limits[0] < Least
            ? string.Create(
                CultureInfo.InvariantCulture, $"this process may have {limits[0]} files open, and needs {Least}: raise the limit (ulimit -n {Least})")
            : null;
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code for a call that passes numbers.
    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, [Out] ulong[] limits);
#pragma warning restore SYSLIB1054
}

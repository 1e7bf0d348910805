using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Diffusion.Host.Processes;

/// <summary>
/// Ends the process without the farewells of native libraries. While they take themselves apart, cells that are still at work on other threads would fail of
/// it, and leave records that say so.
/// </summary>
internal static class ImmediateExit
{
    public static void With(int code)
    {
        if (OperatingSystem.IsWindows())
            TerminateProcess(Process.GetCurrentProcess().Handle, (uint)code);
        else
            Exit(code);
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code for two calls that pass numbers.
    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Exit(int code);

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool TerminateProcess(nint process, uint code);
#pragma warning restore SYSLIB1054
}

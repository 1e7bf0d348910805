using System.Diagnostics;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>A disk of a few hundred KiB in memory, and mounts over parts of it. All of them are gone after a test, whatever happened in it.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly Stack<string> _mounted = [];

    /// <summary>Mounts one at a folder, which is made. Skips the test where that is not allowed.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="size">As mount(8) takes it: "300k".</param>
    public SmallDisk(string path, string size)
    {
        Path = Directory.CreateDirectory(path).FullName;
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", Path),
            "mounting a small disk is for root on Linux");
        _mounted.Push(Path);
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Makes it larger.</summary>
    public void Resize(string size) => Assert.True(Run("mount", "-o", $"remount,size={size}", Path));

    /// <summary>Makes all of it, or one of its folders, read-only. A folder may be in use.</summary>
    public void MakeReadOnly(string folder)
    {
        Assert.True(Run("mount", "--bind", folder, folder));
        _mounted.Push(folder);
        Assert.True(Run("mount", "-o", "remount,bind,ro", folder));
    }

    /// <summary>Undoes the last <see cref="MakeReadOnly"/>.</summary>
    public void MakeWritable() => Assert.True(Run("umount", _mounted.Pop()));

    public void Dispose()
    {
        // Lazily, lest a process that still ends there keeps it.
        while (_mounted.TryPop(out string? mounted))
            Run("umount", "--lazy", mounted);
    }

    private static bool Run(params string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

using System.Globalization;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Running;

/// <summary>Holds a run's folder for one coordinator. The system lets go of it when the process ends, however it ends.</summary>
public sealed class RunLock : IDisposable
{
    // EWOULDBLOCK and ERROR_SHARING_VIOLATION, as exceptions of files have them.
    private const int HeldOnLinux = 11;
    private const int HeldOnMac = 35;
    private const int HeldOnWindows = unchecked((int)0x80070020);

    private const string HolderName = "coordinator.txt";
    private const string LockName = "coordinator.lock";

    private readonly FileStream _held;
    private readonly string _holderFile;

    private RunLock(FileStream held, string holderFile)
    {
        _held = held;
        _holderFile = holderFile;
    }

    /// <summary>Takes a folder.</summary>
    /// <exception cref="RunBusyException">Another process holds it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunLock Take(RunFolder folder, DateTimeOffset now)
    {
        string holderFile = HolderFile(folder);
        FileStream held;
        try
        {
            string file = LockFile(folder);
            // A link that somebody planted would have its target made or held.
            if (new FileInfo(file).LinkTarget is not null)
                File.Delete(file);
            held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            string holder = File.Exists(holderFile) ? File.ReadAllText(holderFile).Trim() : "another process";
            throw new RunBusyException($"run {folder.Name} is already running ({holder}). Wait for it, stop it, or start another with --fresh.", e);
        }

        Try(() => AtomicFile.WriteAllText(holderFile, string.Create(
            CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {now:yyyy-MM-dd HH:mm:ss} UTC\n")));
        return new(held, holderFile);
    }

    /// <summary>Whether a process of this machine holds a folder, as far as can be told without taking it.</summary>
    public static bool IsTaken(RunFolder folder)
    {
        // Every holder says who it is: without that, a look at the lock would only stand in the way of one that takes it just now.
        if (!File.Exists(HolderFile(folder)) || !File.Exists(LockFile(folder)))
            return false;
        try
        {
            using FileStream look = new(LockFile(folder), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e)
        {
            return IsHeld(e);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether a file of a run's folder is the lock's.</summary>
    internal static bool IsOwnFile(string name) => name is HolderName or LockName;

    /// <summary>Whether a file could not be opened because another process has it for itself.</summary>
    internal static bool IsHeld(IOException e) => e.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows;

    /// <summary>Lets go.</summary>
    public void Dispose()
    {
        Try(() => File.Delete(_holderFile));
        _held.Dispose();
    }

    private static string HolderFile(RunFolder folder) => Path.Combine(folder.Path, HolderName);

    private static string LockFile(RunFolder folder) => Path.Combine(folder.Path, LockName);

    // Who holds it is told as a courtesy: a disk that is full or read-only stops the run where it matters, with the reason.
    private static void Try(Action courtesy)
    {
        try
        {
            courtesy();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}

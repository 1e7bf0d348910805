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
        string holderFile = Path.Combine(folder.Path, "coordinator.txt");
        FileStream held;
        try
        {
            string file = Path.Combine(folder.Path, "coordinator.lock");
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

    /// <summary>Whether a file could not be opened because another process has it for itself.</summary>
    internal static bool IsHeld(IOException e) => e.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows;

    /// <summary>Lets go.</summary>
    public void Dispose()
    {
        Try(() => File.Delete(_holderFile));
        _held.Dispose();
    }

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

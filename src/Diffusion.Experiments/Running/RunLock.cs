using System.Globalization;

namespace Diffusion.Experiments.Running;

/// <summary>Holds a run's folder for one coordinator. The system lets go of it when the process ends, however it ends.</summary>
public sealed class RunLock : IDisposable
{
    private readonly FileStream _held;
    private readonly string _holderFile;

    private RunLock(FileStream held, string holderFile)
    {
        _held = held;
        _holderFile = holderFile;
    }

    /// <summary>Takes a folder.</summary>
    /// <exception cref="RunBusyException">Another process holds it.</exception>
    public static RunLock Take(RunFolder folder, DateTimeOffset now)
    {
        string holderFile = Path.Combine(folder.Path, "coordinator.txt");
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder.Path, "coordinator.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            string holder = File.Exists(holderFile) ? File.ReadAllText(holderFile).Trim() : "another process";
            throw new RunBusyException($"run {folder.Name} is at work already ({holder}). Wait for it, stop it, or start another with --fresh.", e);
        }

        File.WriteAllText(holderFile, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {now:yyyy-MM-dd HH:mm:ss} UTC\n"));
        return new(held, holderFile);
    }

    /// <summary>Lets go.</summary>
    public void Dispose()
    {
        File.Delete(_holderFile);
        _held.Dispose();
    }
}

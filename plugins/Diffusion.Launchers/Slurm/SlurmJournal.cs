using System.Text.Json;

namespace Diffusion.Launchers.Slurm;

/// <summary>The file in a run's folder that holds what was submitted for it.</summary>
/// <param name="path">The file.</param>
internal sealed class SlurmJournal(string path)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private readonly List<SlurmJob> _jobs = Read(path);

    /// <summary>What was submitted, in order.</summary>
    public IReadOnlyList<SlurmJob> Jobs => _jobs;

    /// <summary>Adds a job, or puts the new state of one in the place of the one that has its name.</summary>
    public void Write(SlurmJob job)
    {
        _jobs.RemoveAll(other => other.Name == job.Name);
        _jobs.Add(job);
        Save();
    }

    /// <summary>Takes out a job that Slurm has not taken.</summary>
    public void Remove(SlurmJob job)
    {
        _jobs.RemoveAll(other => other.Name == job.Name);
        Save();
    }

    // Beside its place, flushed, renamed: whole at any moment.
    private void Save()
    {
        string temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, _jobs, Format);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static List<SlurmJob> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonSerializer.Deserialize<List<SlurmJob>>(File.ReadAllText(path), Format) ?? [];
        }
        catch (JsonException e)
        {
            throw new LaunchException($"{path} is damaged ({e.Message}); delete it when 'squeue' shows no job of this run any more", e);
        }
    }
}

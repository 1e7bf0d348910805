using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Running;

/// <summary>Makes of a run's records what people look at, once the run has ended.</summary>
public interface IRunReporter
{
    /// <summary>Writes <see cref="RunFolder.ReportFile"/>.</summary>
    /// <param name="folder">The run; all its records are written.</param>
    /// <exception cref="Storage.StorageException">The folder cannot be written.</exception>
    void Write(RunFolder folder);
}

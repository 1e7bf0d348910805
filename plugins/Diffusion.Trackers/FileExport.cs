using MLflow;

namespace Diffusion.Trackers;

/// <summary>
/// A folder in the form of MLflow's file store, in the place of a store. What is told is gathered in a store of its own, where it is compared as in any other,
/// and written as files once it is whole.
/// </summary>
internal sealed class FileExport : IDisposable
{
    private readonly string _folder;
    private readonly string _gathered = Directory.CreateTempSubdirectory("diffusion-export-").FullName;
    private string? _failure;

    /// <param name="folder">A new or an empty folder.</param>
    public FileExport(string folder)
    {
        _folder = Path.GetFullPath(folder);
        // Whatever the name of the folder, the address has none of its characters.
        Client = MlflowClient.Open($"sqlite:///{Path.Combine(_gathered, "mlflow.db").Replace('\\', '/')}");
    }

    /// <summary>The store that gathers; the owner of this disposes it.</summary>
    public MlflowClient Client { get; }

    /// <summary>Whether the folder has everything.</summary>
    public bool IsWritten { get; private set; }

    /// <summary>The command that shows the folder, or why there is none.</summary>
    public string HowToLook => IsWritten ? new TrackingAddress(_folder).HowToLook(null) : $"{_folder}{(_failure is null ? "" : $" ({_failure.TrimEnd('.')})")}";

    /// <summary>Writes the folder, once.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (IsWritten)
            return;
        try
        {
            await FileStoreExport.WriteAsync(Client, _folder, cancellationToken).ConfigureAwait(false);
            IsWritten = true;
        }
        catch (Exception exception) when (exception is MlflowException or IOException or UnauthorizedAccessException)
        {
            _failure = exception.Message;
        }
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_gathered, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder of the system's own for what may be lost.
        }
    }
}

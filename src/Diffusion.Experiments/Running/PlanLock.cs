namespace Diffusion.Experiments.Running;

/// <summary>
/// Held while a plan's run is looked for and begun, so that of several commands that begin the same plan at the same time one does and the others find its run.
/// </summary>
public sealed class PlanLock : IDisposable
{
    private const int KeyDigits = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _held;
    private bool _isOver;

    private PlanLock(FileStream held) => _held = held;

    /// <summary>Takes it, waiting for whoever has it.</summary>
    /// <param name="results">The results folder; made where it is missing.</param>
    /// <param name="planKey">The plan.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="IOException">The results folder cannot be written.</exception>
    public static async Task<PlanLock> TakeAsync(string results, string planKey, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(results);
        string file = Path.Combine(results, $".begin-{planKey[..KeyDigits]}.lock");
        while (true)
        {
            try
            {
                if (new FileInfo(file).LinkTarget is not null)
                    File.Delete(file);
                return new(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
            }
            catch (IOException e) when (RunLock.IsHeld(e))
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Lets go.</summary>
    public void Dispose()
    {
        if (!_isOver)
            _held.Dispose();
        _isOver = true;
    }
}

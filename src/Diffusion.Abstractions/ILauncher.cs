namespace Diffusion;

/// <summary>Decides where and in what order cells run.</summary>
public interface ILauncher
{
    /// <summary>Runs every cell of the request once and returns when all have ended. A cell's own failure is recorded by the work itself and does not throw.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; cells already finished are kept.</exception>
    void Launch(LaunchRequest request, CancellationToken cancellationToken);
}

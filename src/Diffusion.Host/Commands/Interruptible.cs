using System.CommandLine;

namespace Diffusion.Host.Commands;

/// <summary>Work that leaves nothing behind, and so can be left in the midst of it.</summary>
internal static class Interruptible
{
    /// <summary>Sets the action of a command that writes nothing: the first signal ends it, wherever it is.</summary>
    public static void SetReadingAction(this Command command, Func<ParseResult, int> action) =>
        command.SetAction((parsed, cancellationToken) => WaitAsync(() => action(parsed), cancellationToken));

    /// <summary>Waits for work that writes nothing, or for the first signal.</summary>
    /// <exception cref="OperationCanceledException">The signal came first. The work goes on until the process ends, which is soon.</exception>
    public static Task<T> WaitAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(work, CancellationToken.None).WaitAsync(cancellationToken);
}

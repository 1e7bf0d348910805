namespace Diffusion.Launchers;

/// <summary>Why a worker left its task.</summary>
/// <param name="Kind">What the task's failure is, if it comes to that.</param>
/// <param name="Message">What happened, in words.</param>
/// <param name="IsFinal">Whether another attempt would end the same way.</param>
internal sealed record WorkerFault(TaskFailureKind Kind, string Message, bool IsFinal = false);

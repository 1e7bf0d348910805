namespace Diffusion;

/// <summary>Why a task left no record.</summary>
/// <param name="Kind">What kind of failure it was.</param>
/// <param name="Message">What happened, in words.</param>
/// <param name="Log">A file that says more; null when there is none.</param>
public sealed record TaskFailure(TaskFailureKind Kind, string Message, string? Log = null);

namespace Diffusion;

/// <summary>How a launch came to its end.</summary>
/// <param name="HandedOver">Null when every task has ended; else what goes on without this process and how to follow it, in words.</param>
public sealed record LaunchOutcome(string? HandedOver = null);

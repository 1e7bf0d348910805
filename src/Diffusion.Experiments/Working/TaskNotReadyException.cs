namespace Diffusion.Experiments.Working;

/// <summary>A task needs what another has not made yet. It may be tried again later.</summary>
public sealed class TaskNotReadyException(string message) : Exception(message);

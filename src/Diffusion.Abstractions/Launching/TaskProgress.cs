namespace Diffusion;

/// <summary>How far a task is.</summary>
/// <param name="Task">Its identity.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">The training loss over the last steps.</param>
public sealed record TaskProgress(string Task, int Step, int Steps, double Loss);

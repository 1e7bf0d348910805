namespace Diffusion;

/// <summary>Tasks that may run side by side.</summary>
/// <param name="Name">"train" or "sample".</param>
/// <param name="Tasks">Their identities, fit for a file's name, in the order in which they should start.</param>
public sealed record LaunchStage(string Name, IReadOnlyList<string> Tasks);

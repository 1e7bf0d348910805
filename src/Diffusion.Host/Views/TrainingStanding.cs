namespace Diffusion.Host.Views;

/// <summary>How far a model's training is.</summary>
/// <param name="Name">The model and the first digits of its key.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">The training loss over the last steps; null before the first are done.</param>
internal sealed record TrainingStanding(string Name, int Step, int Steps, double? Loss);

namespace Diffusion.Experiments.Planning;

/// <summary>A file that an option of a plan names.</summary>
/// <param name="Text">Its path as the plan states it: relative to the plan's folder, with slashes.</param>
/// <param name="Digest">SHA-256 of its content when the plan was made, lower-case hex.</param>
public sealed record StatedFile(string Text, string Digest);

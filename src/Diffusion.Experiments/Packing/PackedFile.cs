namespace Diffusion.Experiments.Packing;

/// <summary>A file of a pack.</summary>
/// <param name="Path">Where it goes within the results folder, with slashes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Digest">SHA-256 of its content, lower-case hex.</param>
public sealed record PackedFile(string Path, long Bytes, string Digest);

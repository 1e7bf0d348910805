namespace Diffusion.Host.Diagnosis;

/// <summary>Something that was found on this machine.</summary>
/// <param name="Name">What it is about; several facts may share a name.</param>
/// <param name="Value">What was found.</param>
internal sealed record Fact(string Name, string Value);

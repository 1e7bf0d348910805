namespace Diffusion.Certification;

/// <summary>What is certified, as its certificates name it.</summary>
/// <param name="Component">The component and, where they are not its defaults, its options.</param>
/// <param name="Kind">The kind of component.</param>
public sealed record CertificationSubject(string Component, string Kind);

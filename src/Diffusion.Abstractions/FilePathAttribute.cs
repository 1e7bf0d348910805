namespace Diffusion;

/// <summary>Marks a string option as the path of an existing file, relative to the manifest that states it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilePathAttribute : Attribute;

namespace Diffusion;

/// <summary>Marks a string option as the path of an existing file, relative to the manifest that states it.</summary>
/// <param name="kind">What the file is, for messages, as in "CSV file".</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilePathAttribute(string kind = "file") : Attribute
{
    /// <summary>What the file is, for messages.</summary>
    public string Kind { get; } = kind;

    /// <summary>Where such a file can be had, for the message that says it is missing; "" where nothing is to be said.</summary>
    public string Obtain { get; init; } = "";
}

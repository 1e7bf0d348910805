namespace Diffusion;

/// <summary>
/// Marks an option that is left out of keys while it has its default. An option that is added to a component or to a section of the manifest takes it, so that
/// results stored before there was the option are still found. The value that is left out must mean what was done without the option.
/// </summary>
/// <param name="also">A further value that keys leave out, where what was done without the option is not the default. Null where there is none.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OmittedAtDefaultAttribute(object? also = null) : Attribute
{
    /// <summary>A further value that keys leave out; null where there is none.</summary>
    public object? Also { get; } = also;
}

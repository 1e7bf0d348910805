namespace Diffusion;

/// <summary>
/// Marks an option that is left out of keys while it has its default. An option that is added to a component or to a section of the manifest takes it, so that
/// results stored before there was the option are still found. The default must then mean what was done without the option.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OmittedAtDefaultAttribute : Attribute;

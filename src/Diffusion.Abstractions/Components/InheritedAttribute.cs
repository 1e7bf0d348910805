namespace Diffusion;

/// <summary>Marks a setting of a section that, where it is not stated or null, has the value of the manifest's own setting of the same name.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InheritedAttribute : Attribute;

namespace Diffusion.Experiments.Components;

/// <summary>Marks a record that stands in a manifest as an object with options of its own.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OptionGroupAttribute : Attribute;

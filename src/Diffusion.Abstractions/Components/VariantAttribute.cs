namespace Diffusion;

/// <summary>
/// Options under which a component is worth certifying beside its defaults (another order, another form), each as <c>--set</c> takes it:
/// <c>[Variant("order=3", "form=bh1")]</c>. One attribute a variant.
/// </summary>
/// <param name="options">Texts of the form <c>option=value</c>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class VariantAttribute(params string[] options) : Attribute
{
    /// <summary>Texts of the form <c>option=value</c>.</summary>
    public IReadOnlyList<string> Options { get; } = options;
}

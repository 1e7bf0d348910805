namespace Diffusion.Tests.Torch;

/// <summary>One public or protected member.</summary>
/// <param name="Access">Empty where public, else <c>protected </c>.</param>
/// <param name="Overridable">Whether a derived class may override it.</param>
/// <param name="Text">Return type, name and parameters.</param>
/// <param name="Overrides">Whether it overrides a member of a base type.</param>
internal sealed record ApiMember(string Access, bool Overridable, string Text, bool Overrides = false)
{
    /// <summary>A property's accessors.</summary>
    public IReadOnlyList<string> Accessors { get; init; } = [];
}

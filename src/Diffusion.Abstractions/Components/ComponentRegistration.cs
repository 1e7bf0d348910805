namespace Diffusion;

/// <summary>A component as it is registered in the container, for the host to make its catalogue of.</summary>
/// <param name="Type">The class.</param>
/// <param name="Attribute">Its kind, names and summary.</param>
/// <param name="Options">The options record that the registration says it takes; null where it says nothing about that.</param>
public sealed record ComponentRegistration(Type Type, ComponentAttribute Attribute, Type? Options = null);

namespace Diffusion.Experiments.Components;

/// <summary>A component failed in a way that is no refusal of its input. The message names the component and its DLL.</summary>
public sealed class ComponentException : Exception
{
    /// <param name="message">What it did.</param>
    /// <param name="cause">What it threw.</param>
    public ComponentException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>"solver 'x' (X 1.0, …/X.dll): its constructor threw: no licence key".</summary>
    /// <param name="component">The component.</param>
    /// <param name="what">What of it: "its constructor".</param>
    /// <param name="cause">What it threw.</param>
    public static ComponentException Wrap(ComponentDescriptor component, string what, Exception cause)
    {
        // A class whose static fields cannot be made throws that from its constructor, wrapped.
        Exception told = cause;
        while (told is TypeInitializationException { InnerException: { } inner })
            told = inner;
        return new($"{component.Identity}: {what} threw: {FirstLine(told)}", cause);
    }

    private static string FirstLine(Exception e) =>
        e.Message.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) is { } line
            ? $"{line}{(e.GetType() == typeof(NullReferenceException) ? $" ({nameof(NullReferenceException)})" : "")}"
            : e.GetType().Name;
}

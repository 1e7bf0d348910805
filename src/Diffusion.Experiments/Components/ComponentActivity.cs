using System.Collections.Concurrent;
using System.Diagnostics;

namespace Diffusion.Experiments.Components;

/// <summary>
/// Something that a component is doing in this process just now. Whoever guards the process can name a component that does not come back or ends the process:
/// about both, the code that called it learns nothing.
/// </summary>
public sealed class ComponentActivity : IDisposable
{
    private static readonly ConcurrentDictionary<ComponentActivity, byte> UnderWay = new();

    // It follows the work onto the threads that a component starts or awaits on.
    private static readonly AsyncLocal<ComponentActivity?> Here = new();

    private readonly ComponentActivity? _outer;
    private readonly long _begun = Stopwatch.GetTimestamp();

    private ComponentActivity(string component, string description, bool isBrief)
    {
        Component = component;
        Description = description;
        IsBrief = isBrief;
        _outer = Here.Value;
    }

    /// <summary>What is under way in this process. Of what one component does within the work of another, only the former.</summary>
    public static IReadOnlyList<ComponentActivity> Current
    {
        get
        {
            ComponentActivity[] all = [.. UnderWay.Keys];
            return [.. all.Where(activity => !Array.Exists(all, inner => inner._outer == activity))];
        }
    }

    /// <summary>Within what the caller is at work, the innermost; null for nothing.</summary>
    public static ComponentActivity? Innermost => Here.Value;

    /// <summary>The component: "solver/ddim".</summary>
    public string Component { get; }

    /// <summary>The component and what of it: "solver 'x' (X 1.0, …/X.dll): its constructor".</summary>
    public string Description { get; }

    /// <summary>Whether it is to be over soon: a constructor, say, but not the reading of data.</summary>
    public bool IsBrief { get; }

    /// <summary>For how long it has been under way.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

    /// <summary>Tells that something begins. It ends with the object's disposal.</summary>
    /// <param name="component">The component.</param>
    /// <param name="what">What of it: "its constructor".</param>
    /// <param name="isBrief">Whether it is to be over soon.</param>
    public static ComponentActivity Begin(ComponentDescriptor component, string what, bool isBrief) =>
        Begin($"{component.Kind.Id()}/{component.Name}", $"{component.Identity}: {what}", isBrief);

    /// <summary>Tells that something of a plugin begins that is no component of a kind. It ends with the object's disposal.</summary>
    /// <param name="component">A short name, for logs.</param>
    /// <param name="description">What it is and does: "X 1.0 (…/X.dll): its start-up X.Startup".</param>
    /// <param name="isBrief">Whether it is to be over soon.</param>
    public static ComponentActivity Begin(string component, string description, bool isBrief)
    {
        ComponentActivity activity = new(component, description, isBrief);
        UnderWay.TryAdd(activity, 0);
        Here.Value = activity;
        return activity;
    }

    /// <summary>It is over.</summary>
    public void Dispose()
    {
        UnderWay.TryRemove(this, out _);
        if (Here.Value == this)
            Here.Value = _outer;
    }
}

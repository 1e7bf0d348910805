using System.Collections.Concurrent;
using System.Diagnostics;

namespace Diffusion.Experiments.Components;

/// <summary>
/// Something that a component is doing in this process just now. Whoever guards the process can name a component that does not come back or ends the process: about both,
/// the code that called it learns nothing.
/// </summary>
public sealed class ComponentActivity : IDisposable
{
    private static readonly ConcurrentDictionary<ComponentActivity, byte> UnderWay = new();

    [ThreadStatic]
    private static ComponentActivity? _onThisThread;

    private readonly ComponentDescriptor _component;
    private readonly ComponentActivity? _outer;
    private readonly string _what;
    private readonly long _begun = Stopwatch.GetTimestamp();

    private ComponentActivity(ComponentDescriptor component, string what, bool isBrief)
    {
        _component = component;
        _what = what;
        IsBrief = isBrief;
        _outer = _onThisThread;
    }

    /// <summary>What is under way in this process.</summary>
    public static IEnumerable<ComponentActivity> Current => UnderWay.Keys;

    /// <summary>What is under way on the calling thread, the innermost; null for nothing.</summary>
    public static ComponentActivity? OnThisThread => _onThisThread;

    /// <summary>The component: "solver/ddim".</summary>
    public string Component => $"{_component.Kind.Id()}/{_component.Name}";

    /// <summary>The component and what of it: "solver 'x' (X 1.0, …/X.dll): its constructor".</summary>
    public string Description => $"{_component.Identity}: {_what}";

    /// <summary>Whether it is to be over soon: a constructor, say, but not the reading of data.</summary>
    public bool IsBrief { get; }

    /// <summary>For how long it has been under way.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

    /// <summary>Tells that something begins. It ends with the object's disposal.</summary>
    /// <param name="component">The component.</param>
    /// <param name="what">What of it: "its constructor".</param>
    /// <param name="isBrief">Whether it is to be over soon.</param>
    public static ComponentActivity Begin(ComponentDescriptor component, string what, bool isBrief)
    {
        ComponentActivity activity = new(component, what, isBrief);
        UnderWay.TryAdd(activity, 0);
        _onThisThread = activity;
        return activity;
    }

    /// <summary>It is over.</summary>
    public void Dispose()
    {
        UnderWay.TryRemove(this, out _);
        if (_onThisThread == this)
            _onThisThread = _outer;
    }
}

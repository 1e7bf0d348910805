using System.Collections.Concurrent;

namespace Diffusion;

/// <summary>
/// What metrics work out from reference rows alone, kept as long as the engine keeps the rows: cells of a sweep share their reference, and a metric that
/// asks here works out its part once for all of them. Safe to use from several threads.
/// </summary>
public sealed class ReferenceMemory
{
    private readonly ConcurrentDictionary<object, object> _known = [];

    /// <summary>A part that was worked out before, or is now.</summary>
    /// <typeparam name="T">What it is: plain memory, no tensors, since nobody disposes it.</typeparam>
    /// <param name="key">All that it depends on beside the reference rows: the metric's type, and the options that enter. Compared by value.</param>
    /// <param name="make">Works it out. Two threads may do so at the same time; both results are the same.</param>
    public T Get<T>(object key, Func<T> make)
        where T : class => (T)_known.GetOrAdd(key, static (_, make) => make(), make);
}

using Microsoft.Extensions.DependencyInjection;

namespace Diffusion.Experiments.Components;

/// <summary>
/// A piece of work, a cell or the reading of data, with components and scoped services of its own. They are disposed with it, in the reverse order in which they were made.
/// </summary>
/// <param name="scope">The container's scope.</param>
public sealed class ComponentScope(AsyncServiceScope scope) : IDisposable
{
    /// <summary>Builds the components of this piece of work.</summary>
    public ComponentFactory Factory { get; } = scope.ServiceProvider.GetRequiredService<ComponentFactory>();

    /// <summary>Disposes them. Services that can only be disposed asynchronously are waited for.</summary>
    public void Dispose() => scope.DisposeAsync().AsTask().GetAwaiter().GetResult();
}

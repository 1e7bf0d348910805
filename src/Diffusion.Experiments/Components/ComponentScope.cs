using Microsoft.Extensions.DependencyInjection;

namespace Diffusion.Experiments.Components;

/// <summary>
/// A piece of work, a cell or the reading of data, with components and scoped services of its own. Both are disposed with it: first the components, the last
/// one made first, then the services that they hold.
/// </summary>
/// <param name="scope">The container's scope.</param>
public sealed class ComponentScope(AsyncServiceScope scope) : IDisposable, IAsyncDisposable
{
    /// <summary>Builds the components of this piece of work.</summary>
    public ComponentFactory Factory { get; } = scope.ServiceProvider.GetRequiredService<ComponentFactory>();

    /// <summary>Disposes them. Services that can only be disposed asynchronously are waited for.</summary>
    /// <exception cref="ComponentException">A component threw at its disposal. The others and the services are disposed all the same.</exception>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // The container disposes what it made last first, and it made the services after the factory, for the components that asked for them.
            await Factory.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
    }
}

using Diffusion.Experiments.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Diffusion.Host.Commands;

/// <summary>What a command builds components with, and a scope for those that last as long as the command.</summary>
/// <param name="services">The container.</param>
internal sealed class SessionServices(ServiceProvider services) : IDisposable, IAsyncDisposable
{
    private readonly ComponentScope _scope = new(services.CreateAsyncScope());

    /// <summary>Builds components.</summary>
    public ComponentFactory Factory => _scope.Factory;

    /// <summary>Makes loggers.</summary>
    public ILoggerFactory Loggers => services.GetRequiredService<ILoggerFactory>();

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _scope.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await services.DisposeAsync().ConfigureAwait(false);
        }
    }
}

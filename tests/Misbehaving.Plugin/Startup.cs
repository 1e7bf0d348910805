using Diffusion;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Misbehaving.Plugin;

/// <summary>A start-up that does what the settings ask of it.</summary>
public sealed class Startup : IPluginStartup
{
    /// <inheritdoc/>
    public void Configure(IServiceCollection services, IConfiguration configuration)
    {
        switch (configuration["Misbehaving:StartUp"])
        {
            case "throw":
                throw new InvalidOperationException("no such server");
            case "exit":
                Environment.Exit(0);
                break;
            case "sleep":
                Thread.Sleep(Timeout.Infinite);
                break;
            default:
                break;
        }
    }
}

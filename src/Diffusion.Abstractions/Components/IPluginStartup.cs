using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Diffusion;

/// <summary>
/// What a plugin brings to the container beside its components: services that these take in their constructors, and components that are registered by hand
/// (<see cref="ComponentRegistrationExtensions"/>) rather than found by <see cref="ComponentAttribute"/>.
/// </summary>
/// <remarks>
/// A public class with a public constructor without parameters; the host makes one and calls it once in every process, before any component is made. A
/// singleton lives as long as the process and is shared by all cells that run in it, on several threads; a scoped service is made anew for every cell and
/// disposed after it. The host's own services (<c>TimeProvider</c>, <c>ILogger&lt;T&gt;</c>, <c>IConfiguration</c>, <c>IHttpClientFactory</c>) cannot be
/// replaced.
/// </remarks>
public interface IPluginStartup
{
    /// <summary>Registers what the plugin brings.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">The settings of the program: appsettings.json and the environment. A plugin's own are best kept in a section that has its
    /// name.</param>
    void Configure(IServiceCollection services, IConfiguration configuration);
}

using Diffusion;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ThirdParty.Plugin;

/// <summary>What the plugin brings beside its solver: a metric, registered by hand, and the services that it takes.</summary>
public sealed class Startup : IPluginStartup
{
    /// <inheritdoc/>
    public void Configure(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new SpreadSettings(configuration["ThirdParty:Unit"] ?? "1"));
        services.AddSingleton<ReferenceSpreads>();
        services.AddScoped<CellNotes>();
        services.AddMetric<SpreadRatioMetric>(
            "spread-ratio", "A stranger's metric: how far the samples' standard deviation is from the reference's, relatively");
    }
}

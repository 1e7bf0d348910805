using System.Reflection;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Microsoft.Extensions.DependencyInjection;

namespace Diffusion.Tests.Components;

/// <summary>The components of every plugin of this repository.</summary>
internal static class ShippedComponents
{
    /// <summary>All of them.</summary>
    public static ComponentCatalogue Catalogue { get; } = ComponentCatalogue.FromAssemblies(
        Directory.GetFiles(Path.Combine(Repository.Root, "plugins"), "*.csproj", SearchOption.AllDirectories)
            .Select(f => Assembly.Load(Path.GetFileNameWithoutExtension(f))));

    /// <summary>The plan of a manifest that names them.</summary>
    public static ExperimentPlan Plan(string manifest, params string[] sets)
    {
        using ServiceProvider services = new ServiceCollection().AddLogging().AddComponents(Catalogue).AddSingleton(TimeProvider.System).BuildServiceProvider();
        using IServiceScope scope = services.CreateScope();
        return ExperimentLoader.Load(manifest, sets, Catalogue, scope.ServiceProvider.GetRequiredService<ComponentFactory>());
    }
}

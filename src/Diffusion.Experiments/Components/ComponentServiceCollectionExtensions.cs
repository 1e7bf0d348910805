using Microsoft.Extensions.DependencyInjection;

namespace Diffusion.Experiments.Components;

/// <summary>Puts the catalogue into a container.</summary>
public static class ComponentServiceCollectionExtensions
{
    /// <summary>
    /// Registers the catalogue and the <see cref="ComponentFactory"/>. Components are not services themselves: their options differ from cell
    /// to cell, so the factory of a scope builds each where it is used.
    /// </summary>
    public static IServiceCollection AddComponents(this IServiceCollection services, ComponentCatalogue catalogue) =>
        services.AddSingleton(catalogue).AddScoped<ComponentFactory>();
}

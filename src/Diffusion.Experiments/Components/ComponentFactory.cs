using System.Reflection;
using System.Runtime.ExceptionServices;
using Diffusion.Experiments.Planning;
using Microsoft.Extensions.DependencyInjection;

namespace Diffusion.Experiments.Components;

/// <summary>Builds components through dependency injection.</summary>
/// <param name="services">Where constructor parameters come from that are neither options nor given with the call.</param>
public sealed class ComponentFactory(IServiceProvider services)
{
    /// <summary>
    /// A new instance of the chosen component with its options.
    /// </summary>
    /// <param name="choice">Component and options.</param>
    /// <param name="extras">What a constructor may ask for beside options and services, a <see cref="DataDescription"/> say; what it does not ask for is left out.</param>
    /// <exception cref="InvalidOperationException">Its constructor asks for something that the host does not have. The constructor's own exceptions come through as they are.</exception>
    public T Create<T>(ComponentChoice choice, params object[] extras)
        where T : class
    {
        Type type = choice.Descriptor.ImplementationType;
        ParameterInfo[] parameters = type.GetConstructors()[0].GetParameters();
        IEnumerable<object> offered = choice.Options is { } options ? extras.Prepend(options) : extras;
        object[] arguments = [.. offered.Where(o => parameters.Any(p => p.ParameterType.IsInstanceOfType(o)))];
        if (parameters.FirstOrDefault(p => !arguments.Any(p.ParameterType.IsInstanceOfType) && !p.HasDefaultValue && !IsService(p.ParameterType)) is { } missing)
            throw new InvalidOperationException($"{choice.Descriptor.Title} cannot be built: {type.FullName} asks for {missing.ParameterType.FullName}, which the host does not have");

        try
        {
            return (T)ActivatorUtilities.CreateInstance(services, type, arguments);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }

    private bool IsService(Type type) => services.GetService<IServiceProviderIsService>()?.IsService(type) ?? services.GetService(type) is not null;
}

using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Diffusion.Experiments.Components;

/// <summary>
/// Builds components through dependency injection, and disposes those that ask for it when its scope ends. One for each scope of the container.
/// </summary>
/// <param name="services">The scope's services: where constructor parameters come from that are neither options nor given with the call.</param>
public sealed class ComponentFactory(IServiceProvider services) : IDisposable, IAsyncDisposable
{
    private readonly List<(ComponentDescriptor Component, object Held)> _disposables = [];

    /// <summary>A scope within this one, for a piece of work that has components and scoped services of its own.</summary>
    public ComponentScope OpenScope() => new(services.CreateAsyncScope());

    /// <summary>
    /// A new instance of the chosen component with its options.
    /// </summary>
    /// <param name="choice">Component and options.</param>
    /// <param name="extras">What a constructor may ask for beside options and services, a <see cref="DataDescription"/> say; what it does not ask for is left
    /// out.</param>
    /// <exception cref="ComponentException">
    /// Its constructor asks for something that the host does not have, or threw. What it throws to refuse its input (<see cref="ArgumentException"/>,
    /// <see cref="InvalidDataException"/>, <see cref="OperationCanceledException"/>) comes through as it is.
    /// </exception>
    public T Create<T>(ComponentChoice choice, params object[] extras)
        where T : class => (T)Create(choice, extras);

    /// <inheritdoc cref="Create{T}"/>
    public object Create(ComponentChoice choice, params object[] extras)
    {
        ComponentDescriptor component = choice.Descriptor;
        IEnumerable<object> offered = choice.Options is { } options ? extras.Prepend(options) : extras;
        object[] arguments = [.. offered.Where(o => component.Constructor.Any(p => p.ParameterType.IsInstanceOfType(o)))];
        if (component.Constructor.FirstOrDefault(p =>
            !arguments.Any(p.ParameterType.IsInstanceOfType) && !p.HasDefaultValue && !IsService(p.ParameterType)) is { } missing)
            throw new ComponentException(component.Lacks(missing));

        object made;
        using (ComponentActivity.Begin(component, "its constructor", isBrief: true))
        {
            try
            {
                made = ActivatorUtilities.CreateInstance(services, component.ImplementationType, arguments);
            }
            catch (Exception e)
            {
                Exception thrown = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
                if (thrown is ArgumentException or InvalidDataException or OperationCanceledException)
                {
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
                }

                throw ComponentException.Wrap(component, "its constructor", thrown);
            }
        }

        // A network holds native memory, which the collector does not see, and a model may leave it to its user.
        object held = made is ITrainableScoreModel trainable and not (IDisposable or IAsyncDisposable) ? trainable.Network : made;
        // A tracker is closed by who opened it: what it has still to send decides how a command ends.
        if (held is (IDisposable or IAsyncDisposable) and not ITracker)
        {
            lock (_disposables)
                _disposables.Add((component, held));
        }

        return made;
    }

    /// <summary>Disposes what was made, the last first.</summary>
    /// <exception cref="ComponentException">A component threw instead.</exception>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync()
    {
        ComponentException? failure = null;
        while (Take() is var (component, held))
        {
            using ComponentActivity activity = ComponentActivity.Begin(component, "its disposal", isBrief: true);
            try
            {
                if (held is IAsyncDisposable later)
                    await later.DisposeAsync().ConfigureAwait(false);
                else
                    ((IDisposable)held).Dispose();
            }
            catch (Exception e)
            {
                failure ??= ComponentException.Wrap(component, "its disposal", e);
            }
        }

        if (failure is not null)
            throw failure;
    }

    private (ComponentDescriptor Component, object Held)? Take()
    {
        lock (_disposables)
        {
            if (_disposables.Count == 0)
                return null;
            (ComponentDescriptor, object) last = _disposables[^1];
            _disposables.RemoveAt(_disposables.Count - 1);
            return last;
        }
    }

    private bool IsService(Type type) => services.GetService<IServiceProviderIsService>()?.IsService(type) ?? services.GetService(type) is not null;
}

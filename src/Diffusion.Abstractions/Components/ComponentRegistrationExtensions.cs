using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Diffusion;

/// <summary>Registers components in the container: what <see cref="ComponentAttribute"/> does for a class, done by hand.</summary>
/// <remarks>
/// A registered component is not a service that others can ask for: its options differ from cell to cell, so the host makes one where it is used, with the
/// services of the container. Give a class either the attribute or a registration.
/// </remarks>
public static class ComponentRegistrationExtensions
{
    /// <summary>Registers every class of an assembly that has a <see cref="ComponentAttribute"/>.</summary>
    public static IServiceCollection AddComponentsOf(this IServiceCollection services, Assembly assembly)
    {
        foreach (Type type in assembly.GetTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            if (type.GetCustomAttribute<ComponentAttribute>(inherit: false) is { } attribute)
                services.AddComponent(new ComponentRegistration(type, attribute));
        }

        return services;
    }

    /// <summary>Registers a component of any kind, with everything that its attribute could say.</summary>
    public static IServiceCollection AddComponent(this IServiceCollection services, ComponentRegistration registration) => services.AddSingleton(registration);

    /// <summary>Registers a schedule without options.</summary>
    public static IServiceCollection AddSchedule<T>(this IServiceCollection services, string name, string summary = "")
        where T : NoiseSchedule => services.AddComponent(new(typeof(T), new(ComponentKind.Schedule, name, summary)));

    /// <summary>Registers a schedule that takes options.</summary>
    public static IServiceCollection AddSchedule<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : NoiseSchedule
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.Schedule, name, summary), typeof(TOptions)));

    /// <summary>Registers a grid without options.</summary>
    public static IServiceCollection AddGrid<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, ITimeGrid => services.AddComponent(new(typeof(T), new(ComponentKind.Grid, name, summary)));

    /// <summary>Registers a grid that takes options.</summary>
    public static IServiceCollection AddGrid<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, ITimeGrid
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.Grid, name, summary), typeof(TOptions)));

    /// <summary>Registers a score model without options.</summary>
    public static IServiceCollection AddScoreModel<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, IScoreModel => services.AddComponent(new(typeof(T), new(ComponentKind.ScoreModel, name, summary)));

    /// <summary>Registers a score model that takes options.</summary>
    public static IServiceCollection AddScoreModel<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, IScoreModel
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.ScoreModel, name, summary), typeof(TOptions)));

    /// <summary>Registers a loss without options.</summary>
    public static IServiceCollection AddLoss<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, ILoss => services.AddComponent(new(typeof(T), new(ComponentKind.Loss, name, summary)));

    /// <summary>Registers a loss that takes options.</summary>
    public static IServiceCollection AddLoss<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, ILoss
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.Loss, name, summary), typeof(TOptions)));

    /// <summary>Registers a weighting without options.</summary>
    public static IServiceCollection AddWeighting<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, ILossWeighting => services.AddComponent(new(typeof(T), new(ComponentKind.Weighting, name, summary)));

    /// <summary>Registers a weighting that takes options.</summary>
    public static IServiceCollection AddWeighting<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, ILossWeighting
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.Weighting, name, summary), typeof(TOptions)));

    /// <summary>Registers a time sampler without options.</summary>
    public static IServiceCollection AddTimeSampler<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, ITimeSampler => services.AddComponent(new(typeof(T), new(ComponentKind.TimeSampler, name, summary)));

    /// <summary>Registers a time sampler that takes options.</summary>
    public static IServiceCollection AddTimeSampler<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, ITimeSampler
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.TimeSampler, name, summary), typeof(TOptions)));

    /// <summary>Registers a solver without options.</summary>
    public static IServiceCollection AddSolver<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, ISolver => services.AddComponent(new(typeof(T), new(ComponentKind.Solver, name, summary)));

    /// <summary>Registers a solver that takes options.</summary>
    public static IServiceCollection AddSolver<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, ISolver
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.Solver, name, summary), typeof(TOptions)));

    /// <summary>Registers a data source without options.</summary>
    public static IServiceCollection AddData<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, IDataSource => services.AddComponent(new(typeof(T), new(ComponentKind.Data, name, summary)));

    /// <summary>Registers a data source that takes options.</summary>
    public static IServiceCollection AddData<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, IDataSource
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.Data, name, summary), typeof(TOptions)));

    /// <summary>Registers a metric without options.</summary>
    public static IServiceCollection AddMetric<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, IMetric => services.AddComponent(new(typeof(T), new(ComponentKind.Metric, name, summary)));

    /// <summary>Registers a metric that takes options.</summary>
    public static IServiceCollection AddMetric<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, IMetric
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.Metric, name, summary), typeof(TOptions)));

    /// <summary>Registers a study without options.</summary>
    public static IServiceCollection AddStudy<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, IStudy => services.AddComponent(new(typeof(T), new(ComponentKind.Study, name, summary)));

    /// <summary>Registers a study that takes options.</summary>
    public static IServiceCollection AddStudy<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, IStudy
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.Study, name, summary), typeof(TOptions)));

    /// <summary>Registers a tracker without options.</summary>
    public static IServiceCollection AddTracker<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, ITracker => services.AddComponent(new(typeof(T), new(ComponentKind.Tracker, name, summary)));

    /// <summary>Registers a tracker that takes options.</summary>
    public static IServiceCollection AddTracker<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, ITracker
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.Tracker, name, summary), typeof(TOptions)));

    /// <summary>Registers a launcher without options.</summary>
    public static IServiceCollection AddLauncher<T>(this IServiceCollection services, string name, string summary = "")
        where T : class, ILauncher => services.AddComponent(new(typeof(T), new(ComponentKind.Launcher, name, summary)));

    /// <summary>Registers a launcher that takes options.</summary>
    public static IServiceCollection AddLauncher<T, TOptions>(this IServiceCollection services, string name, string summary = "")
        where T : class, ILauncher
        where TOptions : ComponentOptions => services.AddComponent(new(typeof(T), new(ComponentKind.Launcher, name, summary), typeof(TOptions)));
}

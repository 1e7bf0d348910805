using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Diffusion.Schedules;

namespace Diffusion.Plugins.Tests.Schedules;

/// <summary>Builds the schedules of the reference values from their options.</summary>
internal static class ReferenceSchedules
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly Dictionary<string, Type> Types = typeof(EdmSchedule).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<ComponentAttribute>() is { Kind: ComponentKind.Schedule })
        .ToDictionary(type => type.GetCustomAttribute<ComponentAttribute>()!.Name);

    /// <summary>Names of every schedule there is.</summary>
    public static IReadOnlyCollection<string> Names => Types.Keys;

    /// <summary>The tabulated schedule of a reference's file.</summary>
    public static NoiseSchedule Tabulated(string file) => Create(ScheduleReference.All.Single(reference => reference.Files.ContainsKey(file)));

    public static NoiseSchedule Create(ScheduleReference reference)
    {
        Type type = Types[reference.Schedule];
        var options = (ComponentOptions)JsonSerializer.Deserialize(reference.Options, type.GetConstructors()[0].GetParameters()[0].ParameterType, Json)!;
        if (options is not TabulatedOptions tabulated)
            return (NoiseSchedule)Activator.CreateInstance(type, options)!;

        string folder = Directory.CreateTempSubdirectory("schedule-").FullName;
        try
        {
            foreach ((string name, string text) in reference.Files)
                File.WriteAllText(Path.Combine(folder, name), text);
            return new TabulatedSchedule(tabulated with { Path = Path.Combine(folder, tabulated.Path) });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

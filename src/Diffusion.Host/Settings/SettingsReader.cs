using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Microsoft.Extensions.Configuration;

namespace Diffusion.Host.Settings;

/// <summary>Reads the host's settings, later sources over earlier ones.</summary>
internal static class SettingsReader
{
    private const string Section = "Diffusion";
    private const string FileName = "appsettings.json";
    private const string TrackingVariable = "MLFLOW_TRACKING_URI";

    private static readonly string TrackingKey = ConfigurationPath.Combine(Section, nameof(HostSettings.Tracking), nameof(TrackingSettings.Uri));

    /// <summary>MLFLOW_TRACKING_URI, then appsettings.json of each folder, then the environment, then the overrides.</summary>
    /// <param name="folders">The host's folder and the current directory.</param>
    /// <param name="overrides">Setting → value, as the command line gives them.</param>
    /// <exception cref="InputException">A file is not JSON, a key is unknown, a value is not usable.</exception>
    public static HostSettings Read(IReadOnlyList<string> folders, IReadOnlyDictionary<string, string?> overrides)
    {
        try
        {
            ConfigurationBuilder builder = new();
            foreach (string folder in folders)
                builder.AddJsonFile(Path.Combine(folder, FileName), optional: true);
            // MLflow's own variable counts less than anything said to this program.
            IConfigurationSection section = new ConfigurationBuilder()
                .AddInMemoryCollection([KeyValuePair.Create(TrackingKey, Environment.GetEnvironmentVariable(TrackingVariable) is { Length: > 0 } uri ? uri : null)])
                .AddConfiguration(builder.Build())
                .AddEnvironmentVariables()
                .AddInMemoryCollection(overrides.Select(pair => KeyValuePair.Create(ConfigurationPath.Combine(Section, pair.Key), pair.Value)))
                .Build()
                .GetSection(Section);
            RefuseUnknown(section, typeof(HostSettings));
            HostSettings settings = section.Get<HostSettings>() ?? new();
            settings = settings with { Launcher = settings.Launcher with { Options = Texts(section.GetSection(nameof(HostSettings.Launcher))) } };
            Validator.ValidateObject(settings, new(settings), validateAllProperties: true);
            return settings;
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or FormatException)
        {
            throw new InputException($"settings: {e.Message}{Cause(e)}", e);
        }
        catch (ValidationException e)
        {
            throw new InputException($"settings: {e.Message}", e);
        }
    }

    private static void RefuseUnknown(IConfigurationSection section, Type type)
    {
        string[] known = [.. type.GetProperties().Where(p => p.SetMethod is not null).Select(p => p.Name)];
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                string variable = child.Path.ToUpperInvariant().Replace(":", "__", StringComparison.Ordinal);
                throw new InputException($"settings: unknown key '{child.Path}' (or {variable}){NameSuggestions.Hint(child.Key, known)}");
            }

            if (child.Key.Equals(nameof(HostSettings.Tracking), StringComparison.OrdinalIgnoreCase))
                RefuseUnknown(child, typeof(TrackingSettings));
        }
    }

    // What a launcher takes, its plugin knows: the reader passes everything on but the name.
    private static Dictionary<string, string?> Texts(IConfigurationSection section) => section.GetChildren()
        .Where(child => !child.Key.Equals(nameof(LauncherSettings.Use), StringComparison.OrdinalIgnoreCase))
        .ToDictionary(child => child.Key, string? (child) => child.Value ?? $"[{string.Join(',', child.GetChildren().Select(item => JsonSerializer.Serialize(item.Value)))}]");

    private static string Cause(Exception e)
    {
        Exception innermost = e.GetBaseException();
        return innermost == e ? "" : $" {innermost.Message}";
    }
}

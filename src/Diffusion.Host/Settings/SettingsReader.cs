using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Diffusion.Host.Settings;

/// <summary>Reads the host's settings, later sources over earlier ones.</summary>
internal static class SettingsReader
{
    private const string Section = "Diffusion";
    private const string FileName = "appsettings.json";

    /// <summary>Settings and where they come from, for whoever reads sections of its own.</summary>
    /// <inheritdoc cref="Read"/>
    public static (HostSettings Settings, IConfigurationRoot Configuration) Open(IReadOnlyList<string> folders, IReadOnlyDictionary<string, string?> overrides)
    {
        IConfigurationRoot configuration = Sources(folders, overrides);
        IConfigurationSection section = configuration.GetSection(Section);
        Check(section, typeof(HostSettings), configuration);
        HostSettings settings = section.Get<HostSettings>() ?? new();
        settings = settings with { Launcher = settings.Launcher with { Options = Texts(section.GetSection(nameof(HostSettings.Launcher))) } };
        if (settings.Tracking.Uri is { } uri)
            Secrets.Learn(uri);
        return (settings, configuration);
    }

    /// <summary>appsettings.json of each folder, then the environment, then the overrides.</summary>
    /// <param name="folders">The host's folder and the current directory.</param>
    /// <param name="overrides">Setting → value, as the command line gives them.</param>
    /// <exception cref="InputException">A file is not JSON, a key is unknown, a value is not usable.</exception>
    public static HostSettings Read(IReadOnlyList<string> folders, IReadOnlyDictionary<string, string?> overrides) => Open(folders, overrides).Settings;

    private static IConfigurationRoot Sources(IReadOnlyList<string> folders, IReadOnlyDictionary<string, string?> overrides)
    {
        ConfigurationBuilder builder = new();
        foreach (string file in folders.Select(folder => Path.Combine(folder, FileName)).Distinct().Where(File.Exists))
        {
            // A provider of its own for each folder, or the path would have to lie below the program's.
            builder.AddJsonFile(source =>
            {
                source.Path = Path.GetFileName(file);
                source.FileProvider = new Microsoft.Extensions.FileProviders.PhysicalFileProvider(Path.GetDirectoryName(Path.GetFullPath(file))!);
                source.ReloadOnChange = false;
            });
        }

        builder.AddEnvironmentVariables();
        builder.AddInMemoryCollection(overrides.Select(pair => KeyValuePair.Create(ConfigurationPath.Combine(Section, pair.Key), pair.Value)));
        try
        {
            return builder.Build();
        }
        catch (InvalidDataException e)
        {
            throw new InputException(NotJson(e), e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new InputException($"{FileName} cannot be read: {e.Message}", e);
        }
    }

    // The configuration system says which file it is in one exception, and what is wrong with it in the exception within.
    private static string NotJson(InvalidDataException e)
    {
        string file = e.Message.Split('\'') is [_, var path, ..] ? path : FileName;
        if (File.Exists(file) && string.IsNullOrWhiteSpace(File.ReadAllText(file)))
            return $"{file} is empty";
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is JsonException json)
            {
                string reason = json.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
                return string.Create(CultureInfo.InvariantCulture, $"{file}:{json.LineNumber + 1}:{json.BytePositionInLine + 1} is not valid JSON: {reason}");
            }
        }

        return $"{file}: {e.GetBaseException().Message}";
    }

    private static void Check(IConfigurationSection section, Type type, IConfigurationRoot configuration)
    {
        PropertyInfo[] known = [.. type.GetProperties().Where(p => p.SetMethod is not null && p.Name != nameof(LauncherSettings.Options))];
        if (section.Value is { Length: > 0 } scalar)
            throw new InputException($"{Where(section.Path, configuration)}: expected a section with settings, found '{scalar}'");
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (known.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } property)
                Check(child, property, configuration);
            else if (type != typeof(LauncherSettings))
                throw new InputException($"{Where(child.Path, configuration)}: unknown key '{child.Path}' (or "
                    + $"{Variable(child.Path)}){NameSuggestions.Hint(child.Key, [.. known.Select(p => p.Name)])}");
        }
    }

    private static void Check(IConfigurationSection section, PropertyInfo property, IConfigurationRoot configuration)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(TrackingSettings) || type == typeof(LauncherSettings))
        {
            Check(section, type, configuration);
            return;
        }

        bool hasChildren = section.GetChildren().Any();
        string found = hasChildren ? "a section or a list" : $"'{section.Value}'";
        string? expected = null;
        if (type == typeof(string))
            expected = hasChildren ? "a text" : null;
        else if (type == typeof(bool))
            expected = !hasChildren && bool.TryParse(section.Value, out _) ? null : "true or false";
        else if (type == typeof(int) || type == typeof(double))
            expected = Number(section.Value, hasChildren, type, property.GetCustomAttribute<RangeAttribute>());
        else if (section.Value is { Length: > 0 } || section.GetChildren().Any(item => item.Value is null))
            expected = "a list of texts";
        if (expected is not null)
            throw new InputException($"{Where(section.Path, configuration)}: expected {expected}, found {found}");
    }

    private static string? Number(string? value, bool hasChildren, Type type, RangeAttribute? range)
    {
        bool isWhole = type == typeof(int);
        bool isNumber = !hasChildren
            && double.TryParse(value, isWhole ? NumberStyles.AllowLeadingSign : NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && (range is null || (number >= Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture)
                && number <= Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture)));
        return isNumber || (value is null && !hasChildren)
            ? null
            : $"{(isWhole ? "a whole number" : "a number")}{(range is null ? "" : FormattableString.Invariant($" from {range.Minimum} to {range.Maximum}"))}";
    }

    // The last source that has a key is the one whose value counts.
    private static string Where(string path, IConfigurationRoot configuration)
    {
        string key = path.Length > Section.Length ? path[(Section.Length + 1)..] : path;
        foreach (IConfigurationProvider provider in configuration.Providers.Reverse())
        {
            if (!provider.TryGet(path, out _) && !provider.GetChildKeys([], path).Any())
                continue;
            switch (provider)
            {
                case JsonConfigurationProvider { Source: { FileProvider: { } files, Path: { } name } }:
                    string file = files.GetFileInfo(name).PhysicalPath ?? name;
                    return JsonPlaces.Find(file, path) is var (line, column)
                        ? string.Create(CultureInfo.InvariantCulture, $"{file}:{line}:{column} {key}")
                        : $"{file} {key}";
                case EnvironmentVariablesConfigurationProvider:
                    return $"environment variable {Variable(path)}";
                default:
                    return $"setting {key}";
            }
        }

        return $"setting {key}";
    }

    private static string Variable(string path) => path.ToUpperInvariant().Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal);

    // What a launcher takes, its plugin knows: the reader passes everything on but the name.
    private static Dictionary<string, string?> Texts(IConfigurationSection section) => section.GetChildren()
        .Where(child => !child.Key.Equals(nameof(LauncherSettings.Use), StringComparison.OrdinalIgnoreCase))
        .ToDictionary(
            child => child.Key,
            string? (child) => child.Value ?? $"[{string.Join(',', child.GetChildren().Select(item => JsonSerializer.Serialize(item.Value)))}]");
}

using System.Text.Json;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Host.Settings;

namespace Diffusion.Host.Commands;

/// <summary>The components that settings choose rather than a manifest: what carries out the work, and what is told of it.</summary>
internal static class ChosenComponents
{
    private const string Source = "settings";

    /// <summary>The launcher of the settings.</summary>
    /// <exception cref="InputException">There is none of that name, or an option is not usable.</exception>
    public static ComponentChoice Launcher(ComponentCatalogue catalogue, HostSettings settings)
    {
        IReadOnlyList<OptionProperty> known = Options(catalogue, ComponentKind.Launcher, settings.Launcher.Use);
        Dictionary<string, string?> stated = settings.Launcher.Options.Select(option => Stated(option.Key, option.Value, known)).ToDictionary();
        if (settings.Workers is { } workers && known.Any(property => property.Name == "workers"))
            stated["workers"] = FormattableString.Invariant($"{workers}");
        return catalogue.Bind(ComponentKind.Launcher, settings.Launcher.Use, stated, Source);
    }

    /// <summary>The tracker of the settings, and the address of its store; null for one that has none.</summary>
    /// <exception cref="InputException">There is none of that name, or none at all, or an address is not usable.</exception>
    /// <param name="catalogue">The components that are installed.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="readOnly">Whether it is to compare and send nothing.</param>
    /// <param name="exportTo">The folder to which it is to write instead of to its store; null for its store.</param>
    public static (ComponentChoice Choice, string? Address) Tracker(
        ComponentCatalogue catalogue, HostSettings settings, bool readOnly = false, string? exportTo = null)
    {
        string? uri = settings.Tracking.Uri is { Length: > 0 } stated ? stated : null;
        bool isNone = uri == TrackingSettings.None;
        string name = isNone ? TrackingSettings.None : settings.Tracking.Use ?? DefaultTracker(catalogue);
        IReadOnlyList<OptionProperty> known = Options(catalogue, ComponentKind.Tracker, name);
        Dictionary<string, string?> options = [];
        if (uri is not null && !isNone)
            Add("uri", uri);
        if (known.Any(property => property.Name == "results"))
            Add("results", settings.ResultsFolder);
        if (readOnly)
            Require("readOnly", bool.TrueString, "compare its store without sending");
        if (exportTo is not null)
            Require("exportTo", exportTo, "write files in the place of its store");

        ComponentChoice choice = catalogue.Bind(ComponentKind.Tracker, name, options, Source);
        string? address = (choice.Options as ITrackerOptions)?.Address;
        // The environment may have named it, which only the tracker reads.
        if (address is not null)
            Secrets.Learn(address);
        return (choice, address);

        void Require(string option, string value, string purpose)
        {
            if (known.All(property => property.Name != option))
                throw new InputException($"the tracker '{name}' cannot {purpose}: it has no option {option}");
            Add(option, value);
        }

        void Add(string option, string value)
        {
            (string key, string? text) = Stated(option, value, known);
            options[key] = text;
        }
    }

    private static string DefaultTracker(ComponentCatalogue catalogue)
    {
        ComponentDescriptor[] trackers = [.. catalogue.All.Where(component => component is { Kind: ComponentKind.Tracker, IsDefault: true })];
        if (trackers.Length == 1)
            return trackers[0].Name;
        string reason = trackers.Length == 0
            ? "no tracker is the default one"
            : $"{string.Join(" and ", trackers.Select(tracker => tracker.Identity))} both want to be the default one";
        throw new InputException(
            $"{reason}; the setting {nameof(HostSettings.Tracking)}:{nameof(TrackingSettings.Use)} names a tracker, --tracking none does without");
    }

    private static IReadOnlyList<OptionProperty> Options(ComponentCatalogue catalogue, ComponentKind kind, string name) =>
        catalogue.Find(kind, name)?.Options?.Properties ?? [];

    // Settings are read without regard to case and know no types, options of components are not: "60" is a text for one that takes texts, True is true.
    private static KeyValuePair<string, string?> Stated(string name, string? value, IReadOnlyList<OptionProperty> known)
    {
        if (value is null || known.FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } property)
            return new(name, value);
        return new(property.Name, property.Type.Kind switch
        {
            OptionValueKind.Text => JsonSerializer.Serialize(value),
            OptionValueKind.Boolean => value.ToLowerInvariant(),
            OptionValueKind.List when !value.StartsWith('[') => $"[{JsonSerializer.Serialize(value)}]",
            _ => value,
        });
    }
}

using System.CommandLine;
using System.Globalization;
using Diffusion.Experiments.Manifests;
using Diffusion.Host.Settings;

namespace Diffusion.Host.Commands;

/// <summary>Options that several commands take. Each overrides a setting.</summary>
internal sealed class CommonOptions
{
    /// <summary>Further plugin folders, for every command.</summary>
    public Option<string[]> Plugins { get; } = new("--plugins")
    {
        Description = "A folder with plugins, or with folders of plugins, in addition to the program's own; may be given more than once.",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary><see cref="HostSettings.ResultsFolder"/>.</summary>
    public Option<string> Results { get; } = new("--results")
    {
        Description = "Folder for runs, trained models and the tracking store (default: results).",
        HelpName = "DIR",
    };

    /// <summary><see cref="TrackingSettings.Uri"/>.</summary>
    public Option<string> Tracking { get; } = new("--tracking")
    {
        Description = "The address of the tracking store, or none (default: the tracker's own, in the results folder).",
        HelpName = "URI",
    };

    /// <summary><see cref="HostSettings.Threads"/>.</summary>
    public Option<int?> Threads { get; } = WholeNumber.Option("--threads", "Threads of the tensor library.", 1, 1024);

    /// <summary><see cref="LauncherSettings.Use"/>.</summary>
    public Option<string> Launcher { get; } =
        new("--launcher") { Description = "What runs the work: local worker processes (default), slurm, export or in-process.", HelpName = "NAME" };

    /// <summary><see cref="LauncherSettings.Options"/>.</summary>
    public Option<string[]> LauncherOption { get; } = new("--launcher-option")
    {
        Description = "An option of the launcher, as in --launcher-option partition=gpu; may be given more than once. 'diffusion describe slurm' lists them.",
        HelpName = "NAME=VALUE",
    };

    /// <summary><see cref="HostSettings.Workers"/>.</summary>
    public Option<int?> Workers { get; } = WholeNumber.Option("--workers", "Cells that run at the same time.", 1, 1024);

    /// <summary>Whether people see information as well as warnings.</summary>
    public Option<bool> Verbose { get; } =
        new("--verbose", "-v") { Description = "Also shows on the screen what otherwise goes only to the run's log.", Recursive = true };

    private static (string, string?) LauncherSetting(string text) => text.Split('=', 2) is [{ Length: > 0 } name, string value]
        ? ($"{nameof(HostSettings.Launcher)}:{name}", value)
        : throw new InputException($"--launcher-option {text}: expected name=value");

    /// <summary>The settings that this command line states.</summary>
    public IReadOnlyDictionary<string, string?> Overrides(ParseResult parsed)
    {
        (string Key, string? Value)[] stated =
        [
            (nameof(HostSettings.ResultsFolder), parsed.GetValue(Results)),
            ($"{nameof(HostSettings.Tracking)}:{nameof(TrackingSettings.Uri)}", parsed.GetValue(Tracking)),
            (nameof(HostSettings.Threads), parsed.GetValue(Threads)?.ToString(CultureInfo.InvariantCulture)),
            (nameof(HostSettings.Workers), parsed.GetValue(Workers)?.ToString(CultureInfo.InvariantCulture)),
            ($"{nameof(HostSettings.Launcher)}:{nameof(LauncherSettings.Use)}", parsed.GetValue(Launcher)),
            .. (parsed.GetValue(LauncherOption) ?? []).Select(LauncherSetting),
        ];
        (string Key, string? Value)[] given = [.. stated.Where(s => s.Value is not null)];
        if (given.GroupBy(s => s.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InputException($"{twice.Key[(twice.Key.IndexOf(':', StringComparison.Ordinal) + 1)..]} is given twice: "
                + $"{string.Join(" and ", twice.Select(s => $"'{s.Value}'"))}");
        return given.ToDictionary(s => s.Key, s => s.Value);
    }
}

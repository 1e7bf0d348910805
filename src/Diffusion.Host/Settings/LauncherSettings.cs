namespace Diffusion.Host.Settings;

/// <summary>What carries out the tasks of a run: "Launcher": { "Use": "slurm", "Partition": "gpu" }.</summary>
internal sealed record LauncherSettings
{
    /// <summary>The launcher's name.</summary>
    public string Use { get; init; } = "local";

    /// <summary>Its options, as text that <c>--set</c> would take.</summary>
    public IReadOnlyDictionary<string, string?> Options { get; init; } = new Dictionary<string, string?>();
}

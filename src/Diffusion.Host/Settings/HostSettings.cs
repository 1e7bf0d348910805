using System.ComponentModel.DataAnnotations;

namespace Diffusion.Host.Settings;

/// <summary>
/// How the host works: the section "Diffusion" of appsettings.json, the environment (DIFFUSION__…), the command line. Nothing here changes a number.
/// </summary>
internal sealed record HostSettings
{
    /// <summary>Where runs, trained models and the tracking store go.</summary>
    public string ResultsFolder { get; init; } = "results";

    /// <summary>Where runs are tracked.</summary>
    public TrackingSettings Tracking { get; init; } = new();

    /// <summary>What carries out the tasks of a run.</summary>
    public LauncherSettings Launcher { get; init; } = new();

    /// <summary>Plugin folders beside the host's own.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];

    /// <summary>Seconds that the constructor of a component may take.</summary>
    [Range(0.1, 86400)]
    public double ConstructorTimeout { get; init; } = 60;

    /// <summary>Threads of the tensor library; null leaves it to the library.</summary>
    [Range(1, 1024)]
    public int? Threads { get; init; }

    /// <summary>Cells that run at the same time; null leaves it to the launcher.</summary>
    [Range(1, 1024)]
    public int? Workers { get; init; }
}

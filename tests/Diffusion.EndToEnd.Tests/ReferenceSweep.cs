using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary><see cref="Sweeps.Trained"/> as it runs undisturbed.</summary>
public sealed class ReferenceSweep : IAsyncLifetime
{
    /// <summary>Its numbers, as <see cref="SweepFolder.Numbers"/> has them.</summary>
    public string[] Numbers { get; private set; } = [];

    /// <summary>Its tracked runs, as <see cref="SweepFolder.TrackedRuns"/> has them.</summary>
    public string[] TrackedRuns { get; private set; } = [];

    /// <summary>A folder that holds the manifest, <c>swept.json</c>.</summary>
    public static SweepFolder Folder()
    {
        SweepFolder folder = new();
        folder.Write("swept.json", Sweeps.Trained);
        return folder;
    }

    public async ValueTask InitializeAsync()
    {
        using SweepFolder folder = Folder();
        await folder.SucceedAsync("run", "swept.json", "--launcher", "in-process", "--workers", "1");
        Numbers = SweepFolder.Numbers(folder.Run("swept"));
        TrackedRuns = folder.TrackedRuns("swept");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

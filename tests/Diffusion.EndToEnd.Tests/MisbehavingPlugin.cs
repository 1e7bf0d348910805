using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>The plugin of <c>tests/Misbehaving.Plugin</c>, built once.</summary>
public sealed class MisbehavingPlugin : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("diffusion-misbehaving").FullName;

    /// <summary>The folder for <c>--plugins</c>.</summary>
    public string Plugins { get; private set; } = "";

    public async ValueTask InitializeAsync() => Plugins = await PluginBuild.BuildAsync("Misbehaving.Plugin", _folder);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

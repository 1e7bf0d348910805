using System.Diagnostics;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>
/// The program published for each platform that libtorch is packaged for. What can run here is run; for the others the list of files is checked.
/// </summary>
[Trait("Category", "Slow")]
public sealed class PublishTests(PublishTests.SharedBuild build) : IClassFixture<PublishTests.SharedBuild>, IDisposable
{
    private static readonly string[] Plugins =
    [
        "Data", "Grids", "Launchers", "Losses", "Metrics", "Schedules", "ScoreModels", "Solvers", "Studies", "Trackers",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("publish").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("linux-x64", "libtorch_cpu.so", "libLibTorchSharp.so", "libc10.so", "libe_sqlite3.so")]
    [InlineData("osx-arm64", "libtorch_cpu.dylib", "libLibTorchSharp.dylib", "libc10.dylib", "libe_sqlite3.dylib")]
    [InlineData("win-x64", "torch_cpu.dll", "LibTorchSharp.dll", "c10.dll", "e_sqlite3.dll")]
    [InlineData("win-arm64", "torch_cpu.dll", "LibTorchSharp.dll", "c10.dll", "e_sqlite3.dll")]
    public async Task Every_platform_gets_its_own_libraries_and_all_plugins(string platform, string torch, string binding, string core, string sqlite)
    {
        (int code, string text) = await DotnetAsync(
            Repository.Root, "publish", "src/Diffusion.Host", "--configuration", "Release", "--runtime", platform, "--output", _folder, "--nologo",
            "--verbosity",
            "quiet",
            "-p:UseAppHost=false", "-p:RunAnalyzers=false", $"-p:ArtifactsPath={build.Folder}");
        Assert.True(code == 0, text);

        Assert.True(File.Exists(Path.Combine(_folder, "Diffusion.Host.dll")));
        string[] natives = [.. Directory.GetFiles(Path.Combine(_folder, "torch")).Select(file => Path.GetFileName(file))];
        Assert.Superset(new HashSet<string> { torch, binding, core }, natives.ToHashSet());
        Assert.DoesNotContain(natives, name => name.Contains("python", StringComparison.Ordinal));
        Assert.Equal(
            Plugins.Select(name => $"Diffusion.{name}"),
            Directory.GetDirectories(Path.Combine(_folder, "plugins")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));
        Assert.All(Plugins, name => Assert.True(File.Exists(Path.Combine(_folder, "plugins", $"Diffusion.{name}", $"Diffusion.{name}.dll")), name));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "plugins", "Diffusion.Trackers"), sqlite, SearchOption.AllDirectories));

        if (platform == "linux-x64" && OperatingSystem.IsLinux())
            await RunsAsync();
    }

    private async Task RunsAsync()
    {
        string elsewhere = Directory.CreateDirectory(Path.Combine(_folder, "elsewhere")).FullName;
        (int code, string text) = await DotnetAsync(elsewhere, Path.Combine(_folder, "Diffusion.Host.dll"), "doctor");
        Assert.True(code == 0, text);
        Assert.Contains(Path.Combine(_folder, "torch"), text, StringComparison.Ordinal);

        string manifest = Path.Combine(Repository.Root, "experiments", "mixture.json");
        (code, text) = await DotnetAsync(
            elsewhere, Path.Combine(
                _folder, "Diffusion.Host.dll"), "run", manifest, "--only", "steps=5", "--set", "samples=50", "--set", "sweep.repeats=1", "--tracking", "none");
        Assert.True(code == 0, text);
    }

    private static async Task<(int Code, string Text)> DotnetAsync(string folder, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancellation);
        string output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, output + await errors);
    }

    /// <summary>What one platform has built and the next need not build again: only the program itself differs between them.</summary>
    public sealed class SharedBuild : IDisposable
    {
        /// <summary>Where it is built.</summary>
        public string Folder { get; } = Directory.CreateTempSubdirectory("publish-build").FullName;

        /// <inheritdoc/>
        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}

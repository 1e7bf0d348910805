using System.Diagnostics;
using Xunit;

namespace Diffusion.EndToEnd.Tests;

/// <summary>Builds a plugin as its author does: alone, against the DLLs of a host.</summary>
internal static class PluginBuild
{
    /// <summary>Builds <c>tests/NAME</c>, copied to where nothing of this repository's build reaches it.</summary>
    /// <returns>The folder for <c>--plugins</c>.</returns>
    public static async Task<string> BuildAsync(string name, string folder)
    {
        string project = Path.Combine(folder, "source");
        Directory.CreateDirectory(project);
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", name)))
            File.Copy(file, Path.Combine(project, Path.GetFileName(file)));

        string output = Path.Combine(folder, "plugins", name);
        ProcessStartInfo start = new(
            "dotnet", ["build", project, "--output", output, "--nologo", $"-p:DiffusionHost={Path.GetDirectoryName(HostProcess.Assembly)}"])
        {
            RedirectStandardOutput = true,
        };
        using Process build = Process.Start(start)!;
        string text = await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(build.ExitCode == 0, text);
        Assert.Equal([$"{name}.dll"], Directory.GetFiles(output, "*.dll").Select(Path.GetFileName));
        return Path.Combine(folder, "plugins");
    }
}

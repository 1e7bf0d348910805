using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Diffusion.Experiments.Components;
using Diffusion.Host.Engine;
using Diffusion.Host.Settings;

namespace Diffusion.Host.Running;

/// <summary>Where and with what a run is made. Keys that start with "mlflow." are MLflow's own tags.</summary>
internal static class Provenance
{
    public static IReadOnlyDictionary<string, string> Collect(ComponentCatalogue catalogue)
    {
        var facts = new Dictionary<string, string>
        {
            ["mlflow.user"] = Environment.UserName,
            ["mlflow.source.name"] = "diffusion",
            ["mlflow.source.type"] = "LOCAL",
            ["command"] = Secrets.Without(Environment.CommandLine),
            ["host"] = Environment.MachineName,
            ["os"] = RuntimeInformation.OSDescription,
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["processors"] = $"{Environment.ProcessorCount}",
            ["diffusion"] = typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        };
        foreach (Assembly assembly in catalogue.All.Select(c => c.ImplementationType.Assembly).Append(typeof(ComponentCatalogue).Assembly).Append(typeof(ISolver).Assembly).Distinct())
            facts[$"assembly.{assembly.GetName().Name}"] = $"{assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion} {assembly.ManifestModule.ModuleVersionId:n}";
        foreach ((string name, string value) in TorchEngine.Facts())
            facts[$"torch.{name}"] = value;
        if (Git("rev-parse HEAD") is { } commit)
        {
            facts["mlflow.source.git.commit"] = commit;
            facts["git.dirty"] = Git("status --porcelain") is { Length: > 0 } ? "true" : "false";
        }

        return facts;
    }

    // No git, or not in a checkout: then there is nothing to say.
    private static string? Git(string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

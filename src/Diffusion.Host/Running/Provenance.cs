using System.Collections;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Host.Engine;
using Diffusion.Host.Settings;

namespace Diffusion.Host.Running;

/// <summary>Where and with what a run is made, and by whom.</summary>
internal static class Provenance
{
    private const int SeedsShown = 10;

    // Beside the plugins: what samples, trains and measures.
    private static readonly Assembly[] Own =
        [typeof(ComponentCatalogue).Assembly, typeof(SamplingRun).Assembly, typeof(ISolver).Assembly, typeof(TorchSharp.torch).Assembly];

    // What sets how libraries compute, and what sets this program.
    private static readonly string[] Variables = ["DIFFUSION_", "OMP_", "OPENBLAS_", "MKL_", "GOMP_", "KMP_", "CUDA_VISIBLE_DEVICES", "CUBLAS_"];
    private static readonly string[] SecretWords = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL"];

    /// <summary>The facts of a run of a plan.</summary>
    public static IReadOnlyDictionary<string, string> Collect(ComponentCatalogue catalogue, ExperimentPlan plan)
    {
        long[] seeds = [.. plan.Cells.Select(cell => cell.Experiment.Seed).Distinct()];
        return new Dictionary<string, string>(Collect(catalogue))
        {
            ["seeds"] = string.Join(", ", seeds.Take(SeedsShown)) + (seeds.Length > SeedsShown ? $", … ({seeds.Length} in all)" : ""),
        };
    }

    /// <summary>The facts of this process and machine.</summary>
    public static IReadOnlyDictionary<string, string> Collect(ComponentCatalogue catalogue)
    {
        var facts = new Dictionary<string, string>
        {
            [RunFacts.User] = Environment.UserName,
            [RunFacts.Program] = "diffusion",
            ["command"] = Secrets.CommandLine(Environment.GetCommandLineArgs()),
            ["host"] = Environment.MachineName,
            ["os"] = RuntimeInformation.OSDescription,
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["processors"] = $"{Environment.ProcessorCount}",
            ["processor"] = Machine.Processor,
            ["architecture"] = $"{RuntimeInformation.ProcessArchitecture}".ToLowerInvariant(),
            ["memory"] = Machine.Memory,
            ["diffusion"] = typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        };
        foreach (Assembly assembly in catalogue.All.Select(c => c.ImplementationType.Assembly).Concat(Own).Distinct())
            facts[$"assembly.{assembly.GetName().Name}"] = $"{assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion} "
                + $"{assembly.ManifestModule.ModuleVersionId:n}";
        foreach ((string name, string value) in TorchEngine.Facts())
            facts[$"torch.{name}"] = value;
        foreach ((int number, string name) in Machine.Gpus.Index())
            facts[$"gpu.{number}"] = name;
        foreach ((string name, string value) in EnvironmentOf(Environment.GetEnvironmentVariables()))
            facts[$"environment.{name}"] = value;
        if (Git("rev-parse HEAD") is { } commit)
        {
            facts[RunFacts.Commit] = commit;
            facts["git.dirty"] = Git("status --porcelain") is { Length: > 0 } ? "true" : "false";
        }

        return facts;
    }

    /// <summary>The variables that bear on a computation, without secrets: those of a name that sounds like one are left out.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> EnvironmentOf(IDictionary variables) => variables.Cast<DictionaryEntry>()
        .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? ""))
        .Where(variable => Variables.Any(start => variable.Key.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            && !SecretWords.Any(word => variable.Key.Contains(word, StringComparison.OrdinalIgnoreCase)))
        .OrderBy(variable => variable.Key, StringComparer.Ordinal)
        .Select(variable => KeyValuePair.Create(variable.Key, Secrets.Without(Secrets.Shown(variable.Value))));

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

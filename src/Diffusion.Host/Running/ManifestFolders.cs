using Diffusion.Experiments.Manifests;

namespace Diffusion.Host.Running;

/// <summary>How commands name several manifests at once.</summary>
internal static class ManifestFolders
{
    private const string SchemaEnd = ".schema.json";

    // Either makes a folder that of a run, sound or not.
    private static readonly string[] RunFiles = ["plan.jsonl", "run.json"];

    /// <summary>Each name by itself but folders that are not those of runs: these mean the manifests in them, in the order of their names. Each once.</summary>
    /// <exception cref="InputException">A folder holds neither a run nor a manifest.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> names) => [.. names.SelectMany(Of).DistinctBy(Path.GetFullPath)];

    private static IEnumerable<string> Of(string name)
    {
        if (!Directory.Exists(name) || RunFiles.Any(file => File.Exists(Path.Combine(name, file))))
            return [name];
        string[] manifests;
        try
        {
            manifests = [.. Directory.GetFiles(name, "*.json").Where(file => !file.EndsWith(SchemaEnd, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"{name} cannot be read: permission denied", e);
        }

        return manifests.Length > 0
            ? manifests
            : throw new InputException(
                $"'{name}' is neither the folder of a run, which holds run.json and plan.jsonl, nor one of manifests: it holds no .json file");
    }
}

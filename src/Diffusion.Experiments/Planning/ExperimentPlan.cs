using System.Security.Cryptography;
using System.Text;

namespace Diffusion.Experiments.Planning;

/// <summary>All work of a manifest: finite, validated, equal cells merged.</summary>
public sealed class ExperimentPlan
{
    private readonly Func<string, string> _freeze;
    private readonly Lazy<string> _key;

    /// <param name="freeze">Folder → text of the composed manifest.</param>
    internal ExperimentPlan(Func<string, string> freeze)
    {
        _freeze = freeze;
        _key = new(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Cells!.Select(cell => cell.Key))))));
    }

    /// <summary>Name of the experiment, fit for a folder's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about; "" when nothing is said.</summary>
    public required string Description { get; init; }

    /// <summary>The file it was made from, for messages.</summary>
    public required string Source { get; init; }

    /// <summary>The axes in the manifest's order; the last varies fastest. Empty without a sweep.</summary>
    public required IReadOnlyList<SweepAxis> Axes { get; init; }

    /// <summary>How often each combination runs; each repeat has noise of its own.</summary>
    public required int Repeats { get; init; }

    /// <summary>The cells in order: axes first, repeats fastest.</summary>
    public required IReadOnlyList<ExperimentCell> Cells { get; init; }

    /// <summary>How many cells were left out because an earlier one is equal to them.</summary>
    public required int Merged { get; init; }

    /// <summary>Finds where the manifest states what stands at a path; null in plans that were read back.</summary>
    internal Func<string, string?>? Places { private get; init; }

    /// <summary>"file:line:column  path" of what a manifest's path says, be it stated there or as values of an axis; null where that is not known.</summary>
    internal string? PlaceOf(string path) => Places?.Invoke(path);

    /// <summary>SHA-256 over the keys of all cells (lower-case hex): two plans with one key compute the same numbers.</summary>
    public string Key => _key.Value;

    /// <summary>
    /// The composed manifest as one JSON text that needs no other manifest, to be written into <paramref name="folder"/>: paths of files are
    /// relative to it. Read back, it gives the same keys.
    /// </summary>
    public string Freeze(string folder) => _freeze(Path.GetFullPath(folder));
}

using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Planning;

/// <summary>All work of a manifest: finite, validated, equal cells merged.</summary>
public sealed class ExperimentPlan
{
    private readonly FrozenManifest _frozen;

    internal ExperimentPlan(FrozenManifest frozen) => _frozen = frozen;

    /// <summary>Name of the experiment, fit for a folder's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about; "" when nothing is said.</summary>
    public required string Description { get; init; }

    /// <summary>The manifest it was made from.</summary>
    public required ExperimentManifest Manifest { get; init; }

    /// <summary>The axes in the manifest's order; the last varies fastest. Empty without a sweep.</summary>
    public required IReadOnlyList<SweepAxis> Axes { get; init; }

    /// <summary>How often each combination runs, with noise of its own.</summary>
    public required int Repeats { get; init; }

    /// <summary>The cells in order: axes first, repeats fastest.</summary>
    public required IReadOnlyList<ExperimentCell> Cells { get; init; }

    /// <summary>How many cells were left out because an earlier one is equal to them.</summary>
    public required int Merged { get; init; }

    /// <summary>
    /// The composed manifest as one JSON text that needs no other manifest, to be written into <paramref name="folder"/>: paths of files are
    /// relative to it. Read back, it gives the same keys.
    /// </summary>
    public string Freeze(string folder) => _frozen.Write(Name, Path.GetFullPath(folder));
}

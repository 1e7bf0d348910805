namespace Diffusion.Experiments.Packing;

/// <summary>What a pack says of itself, <c>pack.json</c>: the last entry of the archive.</summary>
public sealed record PackContents
{
    /// <summary>The format that this program writes and reads.</summary>
    public const int PresentVersion = 1;

    /// <summary>The format of the pack.</summary>
    public required int Version { get; init; }

    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init; }

    /// <summary>The run's folder name.</summary>
    public required string Run { get; init; }

    /// <summary>What tells the run from every other.</summary>
    public required string Identity { get; init; }

    /// <summary>Cells that have a record.</summary>
    public required int Recorded { get; init; }

    /// <summary>Trained models.</summary>
    public required int Models { get; init; }

    /// <summary>Files that the manifest names: data, published numbers.</summary>
    public required int Inputs { get; init; }

    /// <summary>Whether arrays of samples are in it.</summary>
    public required bool HasSamples { get; init; }

    /// <summary>Every other entry of the archive.</summary>
    public required IReadOnlyList<PackedFile> Files { get; init; }
}

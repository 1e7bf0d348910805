namespace Diffusion.Launchers.Slurm;

/// <summary>A job array that was submitted.</summary>
internal sealed record SlurmJob
{
    /// <summary>Its number; null while the answer to its submission is not written down.</summary>
    public long? Id { get; init; }

    /// <summary>Its name, which no other job has.</summary>
    public required string Name { get; init; }

    /// <summary>The stage of its tasks.</summary>
    public required string Stage { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset Submitted { get; init; }

    /// <summary>Tasks of each element, by the element's index.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Elements { get; init; }
}

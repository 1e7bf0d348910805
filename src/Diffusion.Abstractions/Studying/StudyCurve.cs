namespace Diffusion;

/// <summary>Functions of one variable, to be kept as numbers and drawn as lines.</summary>
/// <param name="Name">Kebab-case; it names the files.</param>
/// <param name="XLabel">The variable, with its unit where it has one.</param>
/// <param name="YLabel">The values, with their unit where they have one.</param>
/// <param name="X">Where the functions are known, ascending, N numbers.</param>
/// <param name="Series">The functions.</param>
public sealed record StudyCurve(string Name, string XLabel, string YLabel, IReadOnlyList<double> X, IReadOnlyList<StudySeries> Series)
{
    /// <summary>Whether X is drawn on a logarithmic axis; all of it is then positive.</summary>
    public bool IsLogX { get; init; }

    /// <summary>Whether values are drawn on a logarithmic axis; those that are not positive are left out of the picture.</summary>
    public bool IsLogY { get; init; }
}

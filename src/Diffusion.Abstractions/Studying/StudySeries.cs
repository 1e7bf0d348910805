namespace Diffusion;

/// <summary>One function of a curve.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Y">Its values, N numbers. One that is not finite is a gap.</param>
public sealed record StudySeries(string Label, IReadOnlyList<double> Y)
{
    /// <summary>Whether it is the truth that others are compared with: drawn dashed.</summary>
    public bool IsReference { get; init; }
}

namespace Diffusion;

/// <summary>How finely the law of a sampler is computed.</summary>
public sealed record SamplerLawSettings
{
    /// <summary>Error of every integral at which the quadrature on the line stops.</summary>
    public double Tolerance { get; init; } = 1e-9;

    /// <summary>Points an axis of the grid of starts in the plane; even.</summary>
    public int PlanePoints { get; init; } = 320;
}

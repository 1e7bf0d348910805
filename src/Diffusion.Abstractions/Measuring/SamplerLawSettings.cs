namespace Diffusion;

/// <summary>How finely the law of a sampler is computed.</summary>
public sealed record SamplerLawSettings
{
    /// <summary>Error of every integral at which the quadrature on the line stops.</summary>
    public double Tolerance { get; init; } = 1e-9;

    /// <summary>In the plane no more starts than the square of this are looked at, each five times for its Jacobian.</summary>
    public int PlanePoints { get; init; } = 320;

    /// <summary>Whether weight and variance of each component are asked for; in the plane they take as long as the rest where there are many.</summary>
    public bool Modes { get; init; } = true;
}

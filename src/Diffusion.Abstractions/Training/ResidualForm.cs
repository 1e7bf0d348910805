namespace Diffusion;

/// <summary>
/// The quantity of whose error a loss takes the square. At one level all of them are multiples of one another
/// (<see cref="ResidualFormExtensions.Size"/>), so a weight stated for one is a weight for every other.
/// </summary>
public enum ResidualForm
{
    /// <summary>ε̂ − ε.</summary>
    Noise,

    /// <summary>D − x_0.</summary>
    Data,

    /// <summary>s + ε/σ, the error of the score against that of the noising kernel.</summary>
    Score,

    /// <summary>v̂ − v with v = α ε − σ x_0.</summary>
    V,

    /// <summary>û − u with u = α′ x_0 + σ′ ε.</summary>
    Velocity,
}

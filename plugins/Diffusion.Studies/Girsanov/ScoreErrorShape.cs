namespace Diffusion.Studies.Girsanov;

/// <summary>How a score is wrong. With x the state, t the time of the noising process and u the first axis.</summary>
public enum ScoreErrorShape
{
    /// <summary>c u at all times.</summary>
    Constant,

    /// <summary>c e^(−t) u: largest where the samples end.</summary>
    Decaying,

    /// <summary>−c x, the gradient of a potential.</summary>
    Gradient,

    /// <summary>c J x, J a quarter turn in each pair of axes: no potential, and no divergence.</summary>
    Rotation,

    /// <summary>A vector and a matrix that wave over time, drawn at random, many times.</summary>
    Random,
}

namespace Diffusion.ScoreModels.Mixture;

/// <summary>
/// What is averaged over the components' posterior probabilities r_k to give a prediction of some kind:
/// Σ_k r_k [slope · (x − α μ_k) + share · μ_k], the slope taken in each eigendirection of C_k.
/// </summary>
/// <remarks>
/// With v = α² λ + σ² the marginal variance along an eigenvector of variance λ:
/// noise ε̂: slope σ/v, share 0. Data D: slope α λ/v, share 1. v = α ε̂ − σ D: slope α σ (1 − λ)/v, share −σ.
/// </remarks>
/// <param name="Kind">Noise, data or v.</param>
internal readonly record struct PosteriorMean(PredictionKind Kind)
{
    /// <summary>
    /// The kind that loses no digits when it is converted to another: noise where σ &lt; α, data where σ ≥ α, and v, a rotation of the two,
    /// where the levels of a batch differ.
    /// </summary>
    public static PosteriorMean BestConditioned(NoiseLevels levels) =>
        new(!levels.IsUniform ? PredictionKind.V : levels[0].Sigma < levels[0].Alpha ? PredictionKind.Noise : PredictionKind.Data);

    /// <summary>slope, along an eigenvector of C_k with the given eigenvalue λ.</summary>
    public double Slope(NoiseLevel level, double eigenvalue)
    {
        double variance = (level.Alpha * level.Alpha * eigenvalue) + (level.Sigma * level.Sigma);
        return Kind switch
        {
            PredictionKind.Noise => level.Sigma / variance,
            PredictionKind.Data => level.Alpha * eigenvalue / variance,
            _ => level.Alpha * level.Sigma * (1 - eigenvalue) / variance,
        };
    }

    /// <summary>share.</summary>
    public double Share(NoiseLevel level) => Kind switch
    {
        PredictionKind.Noise => 0,
        PredictionKind.Data => 1,
        _ => -level.Sigma,
    };
}

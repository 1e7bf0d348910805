namespace Diffusion;

/// <summary>The mean and the spread of data: the isotropic Gaussian that is closest to them.</summary>
/// <param name="Mean">The mean of each dimension, length D, in the units of the rows.</param>
/// <param name="StandardDeviation">The root of the variance of a dimension, averaged over dimensions, in the units of the rows.</param>
public sealed record DataMoments(IReadOnlyList<double> Mean, double StandardDeviation)
{
    /// <summary>σ_data of Karras et al. 2022, table 1, for images with pixels in [−1, 1]: the deviation to take where that of the data is not known.</summary>
    public const double CustomaryDeviation = 0.5;

    /// <summary>
    /// What a description tells: the moments of the law where the data are a known mixture, 0 and 1 where the rows are standardised, otherwise null.
    /// </summary>
    /// <param name="description">The description of the data; null where nothing is known.</param>
    public static DataMoments? FromDescription(DataDescription? description) => description switch
    {
        { Mixture: { } mixture } => FromMixture(mixture),
        { Standardization: not null } => new([.. Enumerable.Repeat(0.0, checked((int)description.Shape.Aggregate(1L, (size, length) => size * length)))], 1),
        _ => null,
    };

    /// <summary>The moments of a mixture.</summary>
    /// <param name="mixture">The mixture.</param>
    public static DataMoments FromMixture(GaussianMixture mixture)
    {
        int dimension = mixture.Dimension;
        double[] mean = [.. Enumerable.Range(0, dimension).Select(i => mixture.Components.Sum(component => component.Weight * component.Mean[i]))];
        double variance = Enumerable.Range(0, dimension).Average(i => mixture.Components.Sum(component =>
            component.Weight * (component.Covariance[i, i] + ((component.Mean[i] - mean[i]) * (component.Mean[i] - mean[i])))));
        return new(mean, Math.Sqrt(variance));
    }
}

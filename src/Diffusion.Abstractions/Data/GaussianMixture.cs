namespace Diffusion;

/// <summary>A Gaussian mixture Σ_k w_k N(μ_k, C_k): data whose score is known in closed form at every noise level.</summary>
public sealed class GaussianMixture
{
    /// <param name="components">At least one component, all of one dimension; weights are normalised to sum to 1.</param>
    /// <exception cref="ArgumentException">No component, unequal dimensions, a weight that is not positive, a covariance that is not square.</exception>
    public GaussianMixture(IReadOnlyList<GaussianComponent> components)
    {
        if (components.Count == 0)
            throw new ArgumentException("A mixture has at least one component.", nameof(components));

        int dimension = components[0].Mean.Count;
        if (components.Any(c => c.Mean.Count != dimension || c.Covariance.GetLength(0) != dimension || c.Covariance.GetLength(1) != dimension))
            throw new ArgumentException("All components of a mixture have the same dimension.", nameof(components));
        if (components.Any(c => !(c.Weight > 0)))
            throw new ArgumentException("The weights of a mixture are positive.", nameof(components));

        double total = components.Sum(c => c.Weight);
        Components = [.. components.Select(c => c with { Weight = c.Weight / total })];
    }

    /// <summary>The components, their weights summing to 1.</summary>
    public IReadOnlyList<GaussianComponent> Components { get; }

    /// <summary>D, the dimension of the data.</summary>
    public int Dimension => Components[0].Mean.Count;

    /// <summary>Whether every covariance is a multiple of the identity.</summary>
    public bool IsIsotropic => Components.All(c => c.IsotropicVariance is not null);

    /// <summary>A mixture of K components in D dimensions from the arrays that options hold.</summary>
    /// <param name="means">μ_k: K rows of D numbers.</param>
    /// <param name="weights">w_k, K positive numbers; empty for equal weights.</param>
    /// <param name="standardDeviations">s_k where C_k = s_k² I: K numbers, or one for all; empty when covariances are given.</param>
    /// <param name="covariances">C_k: K rows of D² numbers, each matrix row by row; empty when standard deviations are given.</param>
    /// <exception cref="ArgumentException">The arrays do not fit together, or a covariance is not symmetric and positive definite.</exception>
    public static GaussianMixture FromArrays(double[][] means, double[] weights, double[] standardDeviations, double[][] covariances)
    {
        if (means.Length == 0)
            throw new ArgumentException("A mixture needs at least one mean.");
        if (weights.Length > 0 && weights.Length != means.Length)
            throw new ArgumentException($"There are {means.Length} means but {weights.Length} weights.");
        if (standardDeviations.Length > 0 == covariances.Length > 0)
            throw new ArgumentException("Give either standard deviations or covariances.");
        if (covariances.Length == 0 && standardDeviations.Length != 1 && standardDeviations.Length != means.Length)
            throw new ArgumentException(
                $"There are {means.Length} means but {standardDeviations.Length} standard deviations; give one for each or one for all.");
        if (covariances.Length > 0 && covariances.Length != means.Length)
            throw new ArgumentException($"There are {means.Length} means but {covariances.Length} covariances.");

        var mixture = new GaussianMixture([.. means.Select((mean, k) =>
        {
            double weight = weights.Length == 0 ? 1 : weights[k];
            return covariances.Length == 0
                ? GaussianComponent.Isotropic(weight, mean, standardDeviations[standardDeviations.Length == 1 ? 0 : k])
                : new GaussianComponent(weight, mean, Square(covariances[k], mean.Length));
        })]);
        foreach (GaussianComponent component in mixture.Components)
            component.CholeskyFactor();
        return mixture;
    }

    /// <summary>The mixture of α x_0 + σ ε: means α μ_k, covariances α² C_k + σ² I.</summary>
    public GaussianMixture At(NoiseLevel level) => new([.. Components.Select(component =>
    {
        double[,] covariance = new double[Dimension, Dimension];
        for (int i = 0; i < Dimension; i++)
        {
            for (int j = 0; j < Dimension; j++)
                covariance[i, j] = (level.Alpha * level.Alpha * component.Covariance[i, j]) + (i == j ? level.Sigma * level.Sigma : 0);
        }

        return new GaussianComponent(component.Weight, [.. component.Mean.Select(value => level.Alpha * value)], covariance);
    })]);

    /// <summary>log p of points, row by row in nats.</summary>
    /// <param name="points">N · D numbers, a point after the other.</param>
    public double[] LogDensity(ReadOnlySpan<double> points)
    {
        double[][,] factors = [.. Components.Select(component => component.CholeskyFactor())];
        double[] densities = new double[points.Length / Dimension];
        double[] terms = new double[Components.Count];
        for (int row = 0; row < densities.Length; row++)
        {
            for (int k = 0; k < terms.Length; k++)
                terms[k] = Math.Log(Components[k].Weight) + LogNormal(points.Slice(row * Dimension, Dimension), Components[k].Mean, factors[k]);
            double largest = terms.Max();
            densities[row] = largest + Math.Log(terms.Sum(term => Math.Exp(term - largest)));
        }

        return densities;
    }

    // By forward substitution: with L y = x − μ the exponent is −½ ‖y‖².
    private static double LogNormal(ReadOnlySpan<double> x, IReadOnlyList<double> mean, double[,] factor)
    {
        double[] y = new double[x.Length];
        double logDensity = -0.5 * x.Length * Math.Log(2 * Math.PI);
        for (int i = 0; i < y.Length; i++)
        {
            double rest = x[i] - mean[i];
            for (int j = 0; j < i; j++)
                rest -= factor[i, j] * y[j];
            y[i] = rest / factor[i, i];
            logDensity -= (0.5 * y[i] * y[i]) + Math.Log(factor[i, i]);
        }

        return logDensity;
    }

    private static double[,] Square(double[] entries, int dimension)
    {
        if (entries.Length != dimension * dimension)
            throw new ArgumentException($"A covariance in {dimension} dimensions has {dimension * dimension} entries, not {entries.Length}.");

        double[,] matrix = new double[dimension, dimension];
        for (int i = 0; i < entries.Length; i++)
            matrix[i / dimension, i % dimension] = entries[i];
        return matrix;
    }
}

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
}

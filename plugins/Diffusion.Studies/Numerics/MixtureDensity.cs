namespace Diffusion.Studies.Numerics;

/// <summary>The density of a Gaussian mixture and its score at single points, in float64.</summary>
public sealed class MixtureDensity
{
    private readonly double[][] _means;
    private readonly double[][] _precisions;
    private readonly double[] _logScales;
    private readonly double[] _terms;
    private readonly double[] _offset;

    /// <param name="mixture">The mixture.</param>
    public MixtureDensity(GaussianMixture mixture)
    {
        Dimension = mixture.Dimension;
        _terms = new double[mixture.Components.Count];
        _offset = new double[Dimension];
        _means = [.. mixture.Components.Select(component => component.Mean.ToArray())];
        (_precisions, _logScales) = (new double[_terms.Length][], new double[_terms.Length]);
        foreach ((int k, GaussianComponent component) in mixture.Components.Index())
        {
            double[,] factor = component.CholeskyFactor();
            _precisions[k] = Inverse(factor, Dimension);
            _logScales[k] = Math.Log(component.Weight) - (0.5 * Dimension * Math.Log(2 * Math.PI));
            for (int i = 0; i < Dimension; i++)
                _logScales[k] -= Math.Log(factor[i, i]);
        }
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>The noisy data of a level, α x_0 + σ ε.</summary>
    public static MixtureDensity At(GaussianMixture data, NoiseLevel level) => new(data.At(level));

    /// <summary>p(x).</summary>
    public double Density(ReadOnlySpan<double> x) => Math.Exp(Posterior(x));

    /// <summary>log p(x).</summary>
    public double LogDensity(ReadOnlySpan<double> x) => Posterior(x);

    /// <summary>∇ log p(x) = Σ_k r_k(x) C_k⁻¹ (μ_k − x), with r_k the posterior probability of component k.</summary>
    public void Score(ReadOnlySpan<double> x, Span<double> score)
    {
        double log = Posterior(x);
        score.Clear();
        for (int k = 0; k < _terms.Length; k++)
        {
            double share = Math.Exp(_terms[k] - log);
            double[] precision = _precisions[k];
            for (int i = 0; i < Dimension; i++)
            {
                for (int j = 0; j < Dimension; j++)
                    score[i] += share * precision[(i * Dimension) + j] * (_means[k][j] - x[j]);
            }
        }
    }

    private double Posterior(ReadOnlySpan<double> x)
    {
        double largest = double.NegativeInfinity;
        for (int k = 0; k < _terms.Length; k++)
        {
            for (int i = 0; i < Dimension; i++)
                _offset[i] = x[i] - _means[k][i];
            double square = 0;
            for (int i = 0; i < Dimension; i++)
            {
                for (int j = 0; j < Dimension; j++)
                    square += _offset[i] * _precisions[k][(i * Dimension) + j] * _offset[j];
            }

            _terms[k] = _logScales[k] - (0.5 * square);
            largest = Math.Max(largest, _terms[k]);
        }

        double sum = 0;
        foreach (double term in _terms)
            sum += Math.Exp(term - largest);
        return largest + Math.Log(sum);
    }

    // C⁻¹ = L⁻ᵀ L⁻¹, L⁻¹ by forward substitution.
    private static double[] Inverse(double[,] factor, int dimension)
    {
        double[,] inverse = new double[dimension, dimension];
        for (int column = 0; column < dimension; column++)
        {
            for (int i = column; i < dimension; i++)
            {
                double rest = i == column ? 1 : 0;
                for (int j = column; j < i; j++)
                    rest -= factor[i, j] * inverse[j, column];
                inverse[i, column] = rest / factor[i, i];
            }
        }

        double[] precision = new double[dimension * dimension];
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j < dimension; j++)
            {
                for (int k = Math.Max(i, j); k < dimension; k++)
                    precision[(i * dimension) + j] += inverse[k, i] * inverse[k, j];
            }
        }

        return precision;
    }
}

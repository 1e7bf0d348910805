namespace Diffusion.Studies.ScoreMatching;

/// <summary>A loss of the family as a function of its parameters: ½ θᵀ A θ + b·θ + c.</summary>
internal sealed class QuadraticLoss
{
    private readonly double[,] _square = new double[ScoreFamily.Parameters, ScoreFamily.Parameters];
    private readonly double[] _linear = new double[ScoreFamily.Parameters];

    /// <summary>c.</summary>
    public double Constant { get; private set; }

    /// <summary>Adds a point.</summary>
    /// <param name="weight">Its weight.</param>
    /// <param name="x">The point.</param>
    /// <param name="linear">What stands beside θ_k.</param>
    /// <param name="constant">What stands beside no parameter.</param>
    public void Add(double weight, ReadOnlySpan<double> x, Func<int, double> linear, double constant)
    {
        Constant += weight * constant;
        for (int k = 0; k < ScoreFamily.Parameters; k++)
        {
            _linear[k] += weight * linear(k);
            for (int l = 0; l < ScoreFamily.Parameters; l++)
                _square[k, l] += weight * ScoreFamily.Product(k, l, x);
        }
    }

    /// <summary>Its value.</summary>
    public double Value(double[] parameters)
    {
        double sum = Constant;
        for (int k = 0; k < parameters.Length; k++)
        {
            sum += _linear[k] * parameters[k];
            for (int l = 0; l < parameters.Length; l++)
                sum += 0.5 * parameters[k] * _square[k, l] * parameters[l];
        }

        return sum;
    }

    /// <summary>Its gradient, A θ + b.</summary>
    public double[] Gradient(double[] parameters) =>
        [.. Enumerable.Range(0, parameters.Length).Select(k => _linear[k] + Enumerable.Range(0, parameters.Length).Sum(l => _square[k, l] * parameters[l]))];
}

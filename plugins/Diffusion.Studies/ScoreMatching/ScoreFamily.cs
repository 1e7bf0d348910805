namespace Diffusion.Studies.ScoreMatching;

/// <summary>
/// s(x) = Σ_k θ_k φ_k(x) with φ_1 = −x, φ_2 = sin x and φ_3 = cos of the next coordinate. All are entire, so that Gauss-Hermite quadrature of them converges
/// faster than any power.
/// </summary>
internal static class ScoreFamily
{
    /// <summary>How many parameters there are.</summary>
    public const int Parameters = 3;

    /// <summary>Parameters at which losses are compared.</summary>
    public static IReadOnlyList<double[]> Probes { get; } = [[1, 0, 0], [0.5, 0.4, -0.3], [2, -1, 0.7], [-0.2, 0.1, 1.5]];

    /// <summary>A coordinate of φ_k.</summary>
    public static double Feature(int k, ReadOnlySpan<double> x, int i) => k switch
    {
        0 => -x[i],
        1 => Math.Sin(x[i]),
        _ => Math.Cos(x[(i + 1) % x.Length]),
    };

    /// <summary>∂φ_k,i/∂x_j.</summary>
    public static double Jacobian(int k, ReadOnlySpan<double> x, int i, int j) => k switch
    {
        0 => i == j ? -1 : 0,
        1 => i == j ? Math.Cos(x[i]) : 0,
        _ => j == (i + 1) % x.Length ? -Math.Sin(x[j]) : 0,
    };

    /// <summary>φ_k · φ_l.</summary>
    public static double Product(int k, int l, ReadOnlySpan<double> x)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += Feature(k, x, i) * Feature(l, x, i);
        return sum;
    }

    /// <summary>∇·φ_k.</summary>
    public static double Divergence(int k, ReadOnlySpan<double> x)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += Jacobian(k, x, i, i);
        return sum;
    }

    /// <summary>vᵀ (∂φ_k/∂x) v.</summary>
    public static double Quadratic(int k, ReadOnlySpan<double> x, ReadOnlySpan<double> v)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < x.Length; j++)
                sum += v[i] * Jacobian(k, x, i, j) * v[j];
        }

        return sum;
    }

    /// <summary>φ_k · v.</summary>
    public static double Along(int k, ReadOnlySpan<double> x, ReadOnlySpan<double> v)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += Feature(k, x, i) * v[i];
        return sum;
    }
}

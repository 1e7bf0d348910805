using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Kernels;

/// <summary>Implicit score matching for kernel fields on noisy rows, with every expectation over the noise in closed form.</summary>
/// <remarks>
/// For s(x) = s_0(x) + Σ_j α_j ∇k(x, x_j) the objective E[tr ∇s + ½|s|²] is ½ αᵀ C α + bᵀ α + const with
/// <code>
/// C_jl = E[∇k_j · ∇k_l]        b_j = E[Δk_j + s_0 · ∇k_j]
/// </code>
/// over x = y_b + √s z, y_b the rows and z ~ N(0, I). Kernels and noise are Gaussian, so that each expectation is that of a polynomial under
/// a Gaussian: with P the squared distances between rows and points and R those among the points, C takes two matrix products.
/// </remarks>
/// <param name="rows">y_b, float64, shape (N, D).</param>
/// <param name="points">x_j, float64, shape (M, D).</param>
internal sealed class ImplicitScoreMatching(Tensor rows, Tensor points)
{
    /// <summary>α, the minimum of the objective with ½ ridge |α|² added, and that ridge.</summary>
    /// <param name="noise">s, the variance of the noise.</param>
    /// <param name="width">a, the squared bandwidth.</param>
    /// <param name="ridge">The ridge in units of C's mean diagonal.</param>
    /// <param name="gaussian">The mean μ and precision A of s_0 = −A (x − μ); null for s_0 = 0.</param>
    public (double[] Coefficients, double Ridge) Solve(double noise, double width, double ridge, (Tensor Mean, Tensor Precision)? gaussian)
    {
        using var scope = NewDisposeScope();
        Tensor distances = SquaredDistances(rows, points);
        Tensor linear = Laplacian(distances, noise, width);
        if (gaussian is { } given)
            linear += AgainstGaussian(distances, noise, width, given.Mean, given.Precision);

        Tensor quadratic = Quadratic(distances, noise, width);
        double added = ridge * quadratic.diagonal().mean().ToDouble();
        Tensor system = quadratic + (added * eye(points.shape[0], dtype: ScalarType.Float64));
        Tensor solution = linalg.solve(system, linear.mean([0]).neg());
        return (solution.data<double>().ToArray(), added);
    }

    /// <summary>|x_i − y_j|², as a sum of squared differences.</summary>
    public static Tensor SquaredDistances(Tensor x, Tensor y) => cdist(x, y, 2, compute_mode.donot_use_mm_for_euclid_dist).square();

    // E[Δk_j] for every row: shape (N, M).
    private Tensor Laplacian(Tensor distances, double noise, double width)
    {
        double share = width / (width + noise);
        Tensor second = ((distances * (share * share)) + (Dimension * noise * share)) / (width * width);
        return Weight(distances, noise, width) * (second - (Dimension / width));
    }

    // E[s_0 · ∇k_j] for every row.
    private Tensor AgainstGaussian(Tensor distances, double noise, double width, Tensor mean, Tensor precision)
    {
        double share = width / (width + noise);
        Tensor y = rows - mean;
        Tensor x = points - mean;
        Tensor cross = y.matmul(precision).matmul(x.t());
        Tensor ofRows = (y.matmul(precision) * y).sum(dim: 1, keepdim: true);
        Tensor ofPoints = (x.matmul(precision) * x).sum(dim: 1);
        Tensor product = ((ofRows * share) - (ofPoints * (1 - share)) + (cross * (1 - (2 * share)))) * share;
        return Weight(distances, noise, width) * (product + (noise * share * precision.diagonal().sum())) / width;
    }

    // E[k_j], the kernel seen through the noise.
    private Tensor Weight(Tensor distances, double noise, double width) =>
        (distances * (-0.5 / (width + noise))).exp() * Math.Pow(width / (width + noise), 0.5 * Dimension);

    private Tensor Quadratic(Tensor distances, double noise, double width)
    {
        // k_j k_l is a kernel of squared bandwidth a/2 about the points' midpoint c, times exp(−|x_j − x_l|²/(4 a)).
        double half = 0.5 * width;
        double share = half / (half + noise);
        double sharpness = 0.5 / (half + noise);
        Tensor among = SquaredDistances(points, points);
        Tensor kernel = (distances * (-0.5 * sharpness)).exp();
        Tensor products = kernel.t().matmul(kernel);
        Tensor oneSided = (kernel * distances).t().matmul(kernel);

        // Sums over rows of weights and of weight · |y − c|², where |y − c|² = ½ P_bj + ½ P_bl − ¼ R_jl.
        Tensor spread = ((oneSided + oneSided.t()) * 0.5) - (among * products * 0.25);
        Tensor moments = (spread * (share * share)) + (products * ((Dimension * noise * share) - (among * 0.25)));
        double scale = Math.Pow(share, 0.5 * Dimension) / (width * width * rows.shape[0]);
        return (among * ((0.25 * sharpness) - (0.25 / width))).exp() * moments * scale;
    }

    private double Dimension => rows.shape[1];
}

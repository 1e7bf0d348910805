namespace Diffusion.Certification;

/// <summary>Distributions whose score is known at every noise level.</summary>
public static class ExactProblems
{
    /// <summary>Two unequal modes on a line. A single Gaussian would flatter some methods on some grids.</summary>
    public static ExactMixture Line { get; } = new(new GaussianMixture(
    [
        GaussianComponent.Isotropic(0.3, [-2.0], 0.5),
        GaussianComponent.Isotropic(0.7, [1.5], 0.3),
    ]));

    /// <summary>Three modes in the plane, elongated along different directions.</summary>
    public static ExactMixture Plane { get; } = new(new GaussianMixture(
    [
        new(0.5, [1.0, 0.5], new double[,] { { 0.30, 0.18 }, { 0.18, 0.20 } }),
        new(0.3, [-1.0, 1.0], new double[,] { { 0.10, -0.05 }, { -0.05, 0.40 } }),
        new(0.2, [0.0, -1.5], new double[,] { { 0.50, 0.00 }, { 0.00, 0.08 } }),
    ]));

    /// <summary>
    /// Two wide modes on a line. Errors are asymptotic from few steps on, which leaves methods of order 4 room for five doublings above rounding.
    /// </summary>
    public static ExactMixture WideLine { get; } = new(new GaussianMixture(
    [
        GaussianComponent.Isotropic(0.4, [-0.9], 0.65),
        GaussianComponent.Isotropic(0.6, [0.8], 0.5),
    ]));

    /// <summary>Two wide modes in the plane, elongated along different directions; see <see cref="WideLine"/>.</summary>
    public static ExactMixture WidePlane { get; } = new(new GaussianMixture(
    [
        new(0.6, [0.6, 0.3], new double[,] { { 0.50, 0.20 }, { 0.20, 0.35 } }),
        new(0.4, [-0.7, 0.4], new double[,] { { 0.30, -0.10 }, { -0.10, 0.60 } }),
    ]));

    /// <summary>One Gaussian on a line, N(0.4, 0.36): every sampler is an affine map there, so its law can be computed exactly.</summary>
    public static ExactMixture Gaussian { get; } = new(new GaussianMixture([GaussianComponent.Isotropic(1, [0.4], 0.6)]));
}

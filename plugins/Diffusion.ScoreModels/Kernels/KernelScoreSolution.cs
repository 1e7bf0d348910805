namespace Diffusion.ScoreModels.Kernels;

/// <summary>A field ∇ Σ_j α_j k(x, x_j) that minimises implicit score matching at one noise scale, k(x, y) = exp(−|x − y|²/(2 a)).</summary>
/// <param name="NoiseScale">σ/α of the level.</param>
/// <param name="SquaredBandwidth">a.</param>
/// <param name="Points">x_j, row by row, M × D.</param>
/// <param name="Coefficients">α_j, M numbers.</param>
/// <param name="Ridge">What was added to the diagonal of the system.</param>
public sealed record KernelScoreSolution(
    double NoiseScale, double SquaredBandwidth, IReadOnlyList<double> Points, IReadOnlyList<double> Coefficients, double Ridge);

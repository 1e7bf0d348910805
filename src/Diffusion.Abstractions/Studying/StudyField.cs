namespace Diffusion;

/// <summary>A function of two variables, to be kept as an array and drawn by colours.</summary>
/// <param name="Name">Kebab-case; it names the files.</param>
/// <param name="XLabel">The variable of the columns.</param>
/// <param name="YLabel">The variable of the rows.</param>
/// <param name="X">The columns' places, ascending, N numbers.</param>
/// <param name="Y">The rows' places, ascending, M numbers.</param>
/// <param name="Values">Finite values, shape (M, N).</param>
public sealed record StudyField(string Name, string XLabel, string YLabel, IReadOnlyList<double> X, IReadOnlyList<double> Y, double[,] Values);

namespace Diffusion.Reporting.Figures;

/// <summary>An axis of a panel.</summary>
/// <param name="Name">What it measures, with its unit.</param>
/// <param name="IsLogarithmic">Whether equal distances are equal factors; values of zero and below are not drawn then.</param>
public sealed record FigureAxis(string Name, bool IsLogarithmic = false);

namespace Diffusion.Reporting.Figures;

/// <summary>One panel of a figure.</summary>
/// <param name="Title">Its title; "" for none.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Curves">What is drawn, from the back to the front.</param>
public sealed record FigurePanel(string Title, FigureAxis X, FigureAxis Y, IReadOnlyList<FigureCurve> Curves);

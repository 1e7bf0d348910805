namespace Diffusion.Reporting.Figures;

/// <summary>A figure before anybody draws it: panels side by side.</summary>
/// <param name="Panels">The panels, at least one.</param>
/// <param name="Notes">What is to be said beside it: what was left out.</param>
public sealed record Figure(IReadOnlyList<FigurePanel> Panels, IReadOnlyList<string> Notes);

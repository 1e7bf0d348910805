namespace Diffusion.Reporting.Figures;

/// <summary>A curve or a cloud of points.</summary>
/// <param name="Name">Its name in the legend; "" for none.</param>
/// <param name="X">Places.</param>
/// <param name="Y">Values, one a place.</param>
public sealed record FigureCurve(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>Which colour and marker, by number; null for what stands behind.</summary>
    public int? Style { get; init; }

    /// <summary>Lower ends of a band around it; null where there is none.</summary>
    public IReadOnlyList<double>? Low { get; init; }

    /// <summary>Upper ends of the band.</summary>
    public IReadOnlyList<double>? High { get; init; }

    /// <summary>Whether its points are joined.</summary>
    public bool HasLine { get; init; } = true;

    /// <summary>Whether its points are marked.</summary>
    public bool HasMarkers { get; init; } = true;

    /// <summary>Whether its line is dashed.</summary>
    public bool IsDashed { get; init; }
}

namespace Diffusion;

/// <summary>What the error of a metric's value covers.</summary>
public enum MetricErrorKind
{
    /// <summary>The draw of the samples or rows: the standard error of an estimate.</summary>
    Sampling,

    /// <summary>A quadrature: the value is computed, not drawn, and is the same in every repeat.</summary>
    Quadrature,
}

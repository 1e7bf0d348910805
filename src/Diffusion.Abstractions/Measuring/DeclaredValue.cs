namespace Diffusion;

/// <summary>A value that a metric will return, as is known before anything runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ErrorKind">What its error will cover; null where it comes without an error.</param>
public sealed record DeclaredValue(string Name, MetricErrorKind? ErrorKind)
{
    /// <summary>A value with a standard error over the draw of samples or rows.</summary>
    public static DeclaredValue Sampled(string name) => new(name, MetricErrorKind.Sampling);

    /// <summary>A value that is computed, with the error of a quadrature.</summary>
    public static DeclaredValue Computed(string name) => new(name, MetricErrorKind.Quadrature);

    /// <summary>A value that comes without an error.</summary>
    public static DeclaredValue WithoutError(string name) => new(name, (MetricErrorKind?)null);
}

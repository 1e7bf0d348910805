namespace Diffusion.Metrics;

/// <summary>A function of the distance of two points.</summary>
internal interface IPairKernel
{
    /// <summary>Turns squared distances into the kernel's values, in place.</summary>
    void Apply(Span<double> squaredDistances);
}

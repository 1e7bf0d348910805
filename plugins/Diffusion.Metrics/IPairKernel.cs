using System.Numerics;

namespace Diffusion.Metrics;

/// <summary>A function of the distance of two points. A struct, so that loops over pairs contain it rather than call it.</summary>
internal interface IPairKernel
{
    /// <summary>The kernel's values for squared distances.</summary>
    Vector<double> Values(Vector<double> squaredDistances);

    /// <summary>The same in single precision.</summary>
    Vector<float> Values(Vector<float> squaredDistances);
}

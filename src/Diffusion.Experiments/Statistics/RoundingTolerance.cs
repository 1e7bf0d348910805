using static TorchSharp.torch;

namespace Diffusion.Experiments.Statistics;

/// <summary>How far numbers that were computed in two ways may be apart and still count as equal.</summary>
public static class RoundingTolerance
{
    private const double Single = 1e-4;
    private const double Double = 1e-10;

    /// <summary>In units of the largest of the numbers, or of 1: errors of single operations grow along a run.</summary>
    public static double ForType(ScalarType dtype) => dtype == ScalarType.Float32 ? Single : Double;
}

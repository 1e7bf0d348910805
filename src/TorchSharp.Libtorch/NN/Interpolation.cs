using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Chooses the operator behind <see cref="nn.functional.interpolate"/>.</summary>
internal static class Interpolation
{
    public static Tensor Run(
        Tensor x, long[]? size, double[]? factors, InterpolationMode mode, bool? alignCorners, bool recompute,
        bool antialias)
    {
        if (size is null == factors is null)
            throw new ArgumentException("interpolate needs either a size or scale factors.");
        int resampled = (int)x.Dimensions - 2;
        if (recompute && factors is not null)
        {
            double[] given = factors.Length == 1 ? [.. Enumerable.Repeat(factors[0], resampled)] : factors;
            size = [.. given.Select((factor, i) => (long)Math.Floor(x.size(i + 2) * factor))];
            factors = null;
        }

        if (size is { Length: 1 } && resampled > 1)
            size = [.. Enumerable.Repeat(size[0], resampled)];
        if (factors is { Length: 1 } && resampled > 1)
            factors = [.. Enumerable.Repeat(factors[0], resampled)];

        bool corners = alignCorners ?? false;
        bool nearest = mode is InterpolationMode.Nearest or InterpolationMode.NearestExact or InterpolationMode.Area;
        if (nearest && alignCorners is not null)
            throw new ArgumentException($"align_corners has no meaning with {mode}.");
        return (mode, resampled, antialias) switch
        {
            (InterpolationMode.Nearest, 1, false) => Aten.upsample_nearest1d_vec.Call(x, size, factors),
            (InterpolationMode.Nearest, 2, false) => Aten.upsample_nearest2d_vec.Call(x, size, factors),
            (InterpolationMode.Nearest, 3, false) => Aten.upsample_nearest3d_vec.Call(x, size, factors),
            (InterpolationMode.NearestExact, 1, false) => Aten._upsample_nearest_exact1d_vec.Call(x, size, factors),
            (InterpolationMode.NearestExact, 2, false) => Aten._upsample_nearest_exact2d_vec.Call(x, size, factors),
            (InterpolationMode.NearestExact, 3, false) => Aten._upsample_nearest_exact3d_vec.Call(x, size, factors),
            (InterpolationMode.Linear, 1, false) => Aten.upsample_linear1d_vec.Call(x, size, corners, factors),
            (InterpolationMode.Bilinear, 2, false) => Aten.upsample_bilinear2d_vec.Call(x, size, corners, factors),
            (InterpolationMode.Bilinear, 2, true) => Aten._upsample_bilinear2d_aa_vec.Call(x, size, corners, factors),
            (InterpolationMode.Bicubic, 2, false) => Aten.upsample_bicubic2d_vec.Call(x, size, corners, factors),
            (InterpolationMode.Bicubic, 2, true) => Aten._upsample_bicubic2d_aa_vec.Call(x, size, corners, factors),
            (InterpolationMode.Trilinear, 3, false) => Aten.upsample_trilinear3d_vec.Call(x, size, corners, factors),
            (InterpolationMode.Area, 2, false) => Aten.adaptive_avg_pool2d.Call(x, size ?? Sizes(x, factors!)),
            _ => throw new ArgumentException(
                $"{mode}{(antialias ? " with antialias" : "")} does not resample {resampled} dimensions."),
        };
    }

    private static long[] Sizes(Tensor x, double[] factors) =>
        [.. factors.Select((factor, i) => (long)Math.Floor(x.size(i + 2) * factor))];
}

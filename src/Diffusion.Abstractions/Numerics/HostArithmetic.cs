using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Numerics;

/// <summary>
/// Products and sums with coefficients, computed on the tensors' own memory. libtorch turns a coefficient into a tensor before it multiplies by it,
/// which costs more than the arithmetic of a small batch. Where processors have a fused multiply-add, results are those of libtorch to
/// the bit.
/// </summary>
internal static class HostArithmetic
{
    // Beyond it libtorch shares the work among its threads.
    private const long OneThreadsWork = 32768;

    /// <summary>Whether the tensor's numbers can be read and written here and nobody wants a derivative.</summary>
    public static bool Serves(Tensor x) => Serves(x, out _);

    /// <summary>The same of both, of one type and shape.</summary>
    public static bool Serves(Tensor x, Tensor y)
    {
        if (!Serves(x, out ScalarType ofX) || !Serves(y, out ScalarType ofY) || ofX != ofY)
            return false;

        int dimensions = (int)x.dim();
        if (y.dim() != dimensions)
            return false;
        for (int i = dimensions - 1; i >= 0; i--)
        {
            if (x.size(i) != y.size(i))
                return false;
        }

        return true;
    }

    /// <summary>c·x, where <see cref="Serves(Tensor)"/>.</summary>
    public static Tensor Scale(double c, Tensor x)
    {
        Tensor result = empty_like(x);
        if (x.dtype == ScalarType.Float32)
            Scale((float)c, Numbers<float>(x), Numbers<float>(result));
        else
            Scale(c, Numbers<double>(x), Numbers<double>(result));
        GC.KeepAlive(x);
        return result;
    }

    /// <summary>a·x + b·y, where <see cref="Serves(Tensor, Tensor)"/>: a·x is rounded, the sum of it and b·y once more.</summary>
    public static Tensor Combine(double a, Tensor x, double b, Tensor y)
    {
        Tensor result = empty_like(x);
        if (x.dtype == ScalarType.Float32)
            Combine((float)a, Numbers<float>(x), (float)b, Numbers<float>(y), Numbers<float>(result));
        else
            Combine(a, Numbers<double>(x), b, Numbers<double>(y), Numbers<double>(result));
        GC.KeepAlive(x);
        GC.KeepAlive(y);
        return result;
    }

    /// <summary>c·x with a coefficient a row, where <see cref="Serves(Tensor)"/>.</summary>
    public static Tensor Scale(ReadOnlySpan<double> c, Tensor x)
    {
        Tensor result = empty_like(x);
        if (x.dtype == ScalarType.Float32)
            ScaleRows(c, Numbers<float>(x), Numbers<float>(result));
        else
            ScaleRows(c, Numbers<double>(x), Numbers<double>(result));
        GC.KeepAlive(x);
        return result;
    }

    /// <summary>a·x + b·y with coefficients a row, where <see cref="Serves(Tensor, Tensor)"/>: both products are rounded, then their sum.</summary>
    public static Tensor Combine(ReadOnlySpan<double> a, Tensor x, ReadOnlySpan<double> b, Tensor y)
    {
        Tensor result = empty_like(x);
        if (x.dtype == ScalarType.Float32)
            CombineRows(a, Numbers<float>(x), b, Numbers<float>(y), Numbers<float>(result));
        else
            CombineRows(a, Numbers<double>(x), b, Numbers<double>(y), Numbers<double>(result));
        GC.KeepAlive(x);
        GC.KeepAlive(y);
        return result;
    }

    // Every property is a call of the native library: each is read once.
    private static bool Serves(Tensor x, out ScalarType dtype)
    {
        dtype = x.dtype;
        return dtype is ScalarType.Float32 or ScalarType.Float64
            && x.device_type == DeviceType.CPU
            && !(x.requires_grad && is_grad_enabled())
            && x.is_contiguous()
            && IsSmall(x.numel() * (dtype == ScalarType.Float32 ? sizeof(float) : sizeof(double)));
    }

    private static bool IsSmall(long bytes) => bytes <= OneThreadsWork * sizeof(float) || (get_num_threads() == 1 && bytes <= int.MaxValue);

    // A span does not keep its tensor from being collected: who calls this does.
    private static Span<T> Numbers<T>(Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    private static void ScaleRows<T>(ReadOnlySpan<double> c, ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = x.Length / c.Length;
        if (width >= Vector<T>.Count)
        {
            for (int row = 0; row < c.Length; row++)
                Scale(T.CreateTruncating(c[row]), x.Slice(row * width, width), result.Slice(row * width, width));
            return;
        }

        int i = 0;
        foreach (double coefficient in c)
        {
            T factor = T.CreateTruncating(coefficient);
            for (int end = i + width; i < end; i++)
                result[i] = factor * x[i];
        }
    }

    private static void CombineRows<T>(ReadOnlySpan<double> a, ReadOnlySpan<T> x, ReadOnlySpan<double> b, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = x.Length / a.Length;
        for (int row = 0; row < a.Length; row++)
        {
            T ofX = T.CreateTruncating(a[row]);
            T ofY = T.CreateTruncating(b[row]);
            int end = (row + 1) * width;
            int i = row * width;
            for (; i <= end - Vector<T>.Count; i += Vector<T>.Count)
                ((new Vector<T>(ofX) * new Vector<T>(x[i..])) + (new Vector<T>(ofY) * new Vector<T>(y[i..]))).CopyTo(result[i..]);
            for (; i < end; i++)
                result[i] = (ofX * x[i]) + (ofY * y[i]);
        }
    }

    private static void Scale<T>(T c, ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        var factor = new Vector<T>(c);
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            (factor * new Vector<T>(x[i..])).CopyTo(result[i..]);
        for (; i < x.Length; i++)
            result[i] = c * x[i];
    }

    private static void Combine<T>(T a, ReadOnlySpan<T> x, T b, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        var ofX = new Vector<T>(a);
        var ofY = new Vector<T>(b);
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            MultiplyAdd(ofY, new Vector<T>(y[i..]), ofX * new Vector<T>(x[i..])).CopyTo(result[i..]);
        for (; i < x.Length; i++)
            result[i] = T.FusedMultiplyAdd(b, y[i], a * x[i]);
    }

    private static Vector<T> MultiplyAdd<T>(Vector<T> x, Vector<T> y, Vector<T> addend)
        where T : unmanaged => typeof(T) == typeof(float)
        ? Vector.FusedMultiplyAdd(x.As<T, float>(), y.As<T, float>(), addend.As<T, float>()).As<float, T>()
        : Vector.FusedMultiplyAdd(x.As<T, double>(), y.As<T, double>(), addend.As<T, double>()).As<double, T>();
}

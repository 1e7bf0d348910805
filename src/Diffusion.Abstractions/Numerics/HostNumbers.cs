using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Numerics;

/// <summary>Numbers in float64 as tensors and back. For small batches several times cheaper than libtorch's own conversion.</summary>
public static class HostNumbers
{
    /// <summary>The numbers as a float64 tensor of the given shape on the CPU.</summary>
    /// <exception cref="ArgumentException">The shape holds another count of numbers.</exception>
    public static Tensor ToTensor(ReadOnlySpan<double> values, ReadOnlySpan<long> shape)
    {
        Tensor result = empty(shape, dtype: ScalarType.Float64);
        values.CopyTo(Numbers<double>(result, values.Length, shape));
        return result;
    }

    /// <summary>The numbers as a tensor of the given shape, in the type and on the device of <paramref name="like"/>.</summary>
    /// <exception cref="ArgumentException">The shape holds another count of numbers.</exception>
    public static Tensor ToTensor(ReadOnlySpan<double> values, ReadOnlySpan<long> shape, Tensor like)
    {
        ScalarType dtype = like.dtype;
        if (like.device_type != DeviceType.CPU || dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            using Tensor wide = ToTensor(values, shape);
            return wide.to(dtype, like.device);
        }

        if (dtype == ScalarType.Float64)
            return ToTensor(values, shape);

        Tensor result = empty(shape, dtype: dtype);
        Span<float> numbers = Numbers<float>(result, values.Length, shape);
        int i = 0;
        for (; i <= numbers.Length - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Narrow(new Vector<double>(values[i..]), new Vector<double>(values[(i + Vector<double>.Count)..])).CopyTo(numbers[i..]);
        for (; i < numbers.Length; i++)
            numbers[i] = (float)values[i];
        return result;
    }

    /// <summary>The numbers as a tensor of <paramref name="like"/>'s shape, type and device.</summary>
    /// <exception cref="ArgumentException">The shape holds another count of numbers.</exception>
    public static Tensor ToTensor(ReadOnlySpan<double> values, Tensor like)
    {
        // The shape as such is an array that native code fills through a callback; planes and lines, which most states are, do without.
        switch (like.dim())
        {
            case 1:
                return ToTensor(values, [like.size(0)], like);
            case 2:
                return ToTensor(values, [like.size(0), like.size(1)], like);
            default:
                return ToTensor(values, like.shape, like);
        }
    }

    /// <summary>The tensor's numbers, row by row, whatever its type and device.</summary>
    public static double[] ToArray(Tensor tensor)
    {
        ScalarType dtype = tensor.dtype;
        bool isPlain = dtype is ScalarType.Float32 or ScalarType.Float64 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous();
        if (!isPlain)
        {
            using DisposeScope scope = NewDisposeScope();
            return ToArray(tensor.detach().to(ScalarType.Float64).cpu().contiguous());
        }

        double[] values = dtype == ScalarType.Float64
            ? MemoryMarshal.Cast<byte, double>(tensor.bytes).ToArray()
            : Widened(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        GC.KeepAlive(tensor);
        return values;
    }

    private static double[] Widened(ReadOnlySpan<float> numbers)
    {
        double[] values = new double[numbers.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = numbers[i];
        return values;
    }

    private static Span<T> Numbers<T>(Tensor tensor, int count, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        Span<T> numbers = MemoryMarshal.Cast<byte, T>(tensor.bytes);
        return numbers.Length == count
            ? numbers
            : throw new ArgumentException($"{count} numbers do not fill a tensor of shape ({string.Join(", ", shape.ToArray())}).", nameof(shape));
    }
}

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
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = (float)values[i];
        return result;
    }

    /// <summary>The tensor's numbers, row by row, whatever its type and device.</summary>
    public static double[] ToArray(Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        bool isPlain = tensor.dtype == ScalarType.Float64 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous();
        Tensor numbers = isPlain ? tensor : tensor.detach().to(ScalarType.Float64).cpu().contiguous();
        double[] values = MemoryMarshal.Cast<byte, double>(numbers.bytes).ToArray();
        GC.KeepAlive(numbers);
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

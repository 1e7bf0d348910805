using System.Runtime.InteropServices;

using static TorchSharp.torch;

namespace Diffusion.ScoreModels.Mixture;

/// <summary>Work on the numbers of tensors on the CPU, in blocks of points shared among threads.</summary>
internal static class TensorNumbers
{
    /// <summary>What is done to some of the points.</summary>
    public delegate void Work<T>(ReadOnlySpan<T> points, Span<T> results);

    /// <summary>Whether a kernel can read the tensor's numbers and nobody wants its derivative.</summary>
    public static bool AreReadable(Tensor x) =>
        x.device_type == TorchSharp.DeviceType.CPU
        && x.dtype is ScalarType.Float32 or ScalarType.Float64
        && !(x.requires_grad && is_grad_enabled())
        && x.numel() * x.element_size() <= int.MaxValue;

    /// <summary>A tensor like <paramref name="x"/> that the work fills; the split into blocks leaves every result as it is.</summary>
    /// <param name="x">Points, shape (B, …).</param>
    /// <param name="block">Numbers, not points, that one thread takes at a time; a multiple of a point's.</param>
    /// <param name="work">What is done to a block.</param>
    public static Tensor Map<T>(Tensor x, int block, Work<T> work)
        where T : unmanaged
    {
        Tensor input = x.contiguous();
        Tensor output = empty(input.shape, dtype: input.dtype);
        int numbers = (int)input.numel();
        int threads = get_num_threads();
        if (threads == 1 || numbers <= block)
        {
            work(Numbers<T>(input), Numbers<T>(output));
            return output;
        }

        Parallel.For(0, (numbers + block - 1) / block, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            int length = Math.Min(block, numbers - (i * block));
            work(Numbers<T>(input).Slice(i * block, length), Numbers<T>(output).Slice(i * block, length));
        });
        return output;
    }

    private static Span<T> Numbers<T>(Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}

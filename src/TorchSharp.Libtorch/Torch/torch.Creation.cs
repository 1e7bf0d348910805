using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary><c>start, start + step, ...</c> up to but without <paramref name="stop"/>; int64 where all three are integers.</summary>
    public static Tensor arange(
        Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        bool integral = start.Kind != ArgKind.Double && stop.Kind != ArgKind.Double && step.Kind != ArgKind.Double;
        ScalarType type = dtype ?? (integral ? ScalarType.Int64 : get_default_dtype());
        return Aten.arange_start_step.Call(start, stop, step, type, Arg.None, device).WithGrad(requires_grad);
    }

    /// <inheritdoc cref="arange(Scalar, Scalar, Scalar, ScalarType?, Device, bool)"/>
    public static Tensor arange(
        Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    /// <inheritdoc cref="arange(Scalar, Scalar, Scalar, ScalarType?, Device, bool)"/>
    public static Tensor arange(
        Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary><paramref name="steps"/> equally spaced values, both ends included.</summary>
    public static Tensor linspace(
        double start, double end, long steps, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        Aten.linspace.Call(start, end, steps, dtype, Arg.None, device).WithGrad(requires_grad);

    /// <summary><c>@base</c> to the power of <paramref name="steps"/> equally spaced exponents, both ends included.</summary>
    public static Tensor logspace(
        double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        Aten.logspace.Call(start, end, steps, @base, dtype, Arg.None, device).WithGrad(requires_grad);

    /// <summary>Ones on the diagonal of a <paramref name="rows"/> by <paramref name="columns"/> matrix (-1: square).</summary>
    public static Tensor eye(
        long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Aten.eye_m.Call(rows, columns < 0 ? rows : columns, dtype, Arg.None, device, NoNames(names)).WithGrad(requires_grad);

    /// <summary>The integers below <paramref name="n"/> in random order.</summary>
    public static Tensor randperm(
        long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null) =>
        Aten.randperm_generator.Call(n, generator, dtype ?? ScalarType.Int64, Arg.None, device).WithGrad(requires_grad);

    /// <summary>Independent normal draws of one mean and standard deviation.</summary>
    public static Tensor normal(
        double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randn(size, dtype, device, false, generator, names).mul_(std).add_(mean).WithGrad(requires_grad);

    /// <summary>Independent normal draws, each with its own mean and standard deviation.</summary>
    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) =>
        Aten.normal_Tensor_Tensor.Call(mean, std, generator);

    public static Tensor tril_indices(
        long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        Aten.tril_indices.Call(row, col, offset, dtype, Arg.None, device);

    public static Tensor triu_indices(
        long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        Aten.triu_indices.Call(row, col, offset, dtype, Arg.None, device);

    /// <summary>A tensor of the array's shape and values, which are copied.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <inheritdoc cref="from_array(Array, Device)"/>
    public static Tensor from_array(
        Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Type element = rawArray.GetType().GetElementType()!;
        ScalarType type = ScalarTypeOf(element);
        ref byte first = ref MemoryMarshal.GetArrayDataReference(rawArray);
        return FromBytes(ref first, rawArray.LongLength, Shape(rawArray), type, dtype, device, requires_grad, names);
    }

    public static Tensor zeros_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Like(input.zeros_like(dtype, device, requires_grad), names);

    public static Tensor ones_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Like(input.ones_like(dtype, device, requires_grad), names);

    public static Tensor empty_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Like(input.empty_like(dtype, device, requires_grad), names);

    public static Tensor full_like(
        Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Like(input.full_like(value, dtype, device, requires_grad), names);

    private static unsafe Tensor Create(
        Operator op, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        fixed (long* first = size)
            return op.Call(Arg.Pinned(first, size.Length), dtype, Arg.None, device, NoNames(names)).WithGrad(requires_grad);
    }

    private static unsafe Tensor Create(
        Operator op, ReadOnlySpan<long> size, Generator? generator, ScalarType? dtype, Device? device,
        bool requires_grad, string[]? names)
    {
        fixed (long* first = size)
        {
            return op.Call(Arg.Pinned(first, size.Length), generator, dtype, Arg.None, device, NoNames(names))
                .WithGrad(requires_grad);
        }
    }

    private static unsafe Tensor Full(
        ReadOnlySpan<long> size, Scalar value, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        fixed (long* first = size)
        {
            return Aten.full
                .Call(Arg.Pinned(first, size.Length), value, dtype ?? get_default_dtype(), Arg.None, device, NoNames(names))
                .WithGrad(requires_grad);
        }
    }

    private static Tensor Like(Tensor result, string[]? names)
    {
        NoNames(names);
        return result;
    }

    /// <summary>Refuses dimension names; stands in their place as the argument that follows the device (pinned memory: no).</summary>
    private static Arg NoNames(string[]? names) =>
        names is null or [] ? Arg.None : throw new NotSupportedException("Named tensors are not part of this engine.");

    private static Tensor FromSpan<T>(
        ReadOnlySpan<T> values, ReadOnlySpan<long> dimensions, ScalarType type, ScalarType? dtype, Device? device,
        bool requires_grad, string[]? names)
        where T : unmanaged =>
        FromBytes(
            ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(values)), values.Length, dimensions, type, dtype, device,
            requires_grad, names);

    private static Tensor FromArray<T>(
        Array values, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
        where T : unmanaged =>
        FromBytes(
            ref MemoryMarshal.GetArrayDataReference(values), values.LongLength, Shape(values), type, dtype, device,
            requires_grad, names);

    private static unsafe Tensor FromBytes(
        ref byte first, long count, ReadOnlySpan<long> dimensions, ScalarType type, ScalarType? dtype, Device? device,
        bool requires_grad, string[]? names)
    {
        long needed = 1;
        foreach (long dimension in dimensions)
            needed *= dimension;
        if (needed > count)
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {needed} vs. {count}");
        Tensor result = Create(Aten.empty_memory_format, dimensions, type, CPU, false, names);
        void* target;
        NativeError.ThrowIfNegative(NativeMethods.ts_tensor_data(result.Handle, &target));
        fixed (byte* source = &first)
            Buffer.MemoryCopy(source, target, long.MaxValue, needed * result.ElementSize);
        if ((dtype ?? type) != type || device is { type: not DeviceType.CPU })
        {
            using Tensor copied = result;
            result = copied.to(dtype ?? type, device ?? CPU);
        }

        return result.WithGrad(requires_grad);
    }

    private static long[] Shape(Array array)
    {
        var shape = new long[array.Rank];
        for (int i = 0; i < shape.Length; i++)
            shape[i] = array.GetLongLength(i);
        return shape;
    }
}

namespace TorchSharp.Interop;

/// <summary>
/// One argument of an operator call, with the managed object it came from, which the call keeps alive.
/// </summary>
internal readonly struct Arg
{
    public readonly object? Reference;
    public readonly long Bits;
    public readonly ArgKind Kind;
    public readonly int Count;

    private Arg(ArgKind kind, long bits, object? reference = null, int count = 0)
    {
        Kind = kind;
        Bits = bits;
        Reference = reference;
        Count = count;
    }

    public static Arg None => default;

    /// <summary>A scalar operand as a wrapped-number tensor: the cheap way into an operator's tensor overload.</summary>
    public static Arg Number(double value) => new(ArgKind.Number, BitConverter.DoubleToInt64Bits(value));

    /// <inheritdoc cref="Number(double)"/>
    public static Arg Number(long value) => new(ArgKind.IntNumber, value);

    /// <inheritdoc cref="Number(double)"/>
    public static Arg Number(Scalar value) => value.Kind switch
    {
        ArgKind.Double => new(ArgKind.Number, value.Bits),
        ArgKind.Bool => new(ArgKind.BoolNumber, value.Bits),
        _ => new(ArgKind.IntNumber, value.Bits),
    };

    /// <summary>Indices of advanced indexing; a null entry takes its whole dimension.</summary>
    public static Arg OptionalTensors(torch.Tensor?[] tensors) => new(ArgKind.OptionalTensorList, 0, tensors, tensors.Length);

    public static Arg Optional(long? value) => value is { } present ? present : None;

    public static Arg Optional(double? value) => value is { } present ? present : None;

    /// <summary>A span the caller has pinned for the length of the call.</summary>
    public static unsafe Arg Pinned(long* first, int count) => new(ArgKind.IntList, (long)first, null, count);

    public static implicit operator Arg(torch.Tensor? value) =>
        value is null ? default : new(ArgKind.Tensor, value.Handle, value);

    public static implicit operator Arg(long value) => new(ArgKind.Int, value);

    public static implicit operator Arg(double value) => new(ArgKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Arg(bool value) => new(ArgKind.Bool, value ? 1 : 0);

    public static implicit operator Arg(Scalar? value) => value is null ? default : new(value.Kind, value.Bits);

    public static implicit operator Arg(torch.ScalarType value) => new(ArgKind.Int, (long)value);

    public static implicit operator Arg(torch.ScalarType? value) => value is { } type ? type : default(Arg);

    public static implicit operator Arg(torch.Device? value) =>
        value is null ? default : new(ArgKind.Device, (long)value.type, null, value.index);

    public static implicit operator Arg(torch.Generator? value) =>
        value is null ? default : new(ArgKind.Generator, value.Handle, value);

    public static implicit operator Arg(long[]? value) =>
        value is null ? default : new(ArgKind.IntList, 0, value, value.Length);

    public static implicit operator Arg(double[]? value) =>
        value is null ? default : new(ArgKind.DoubleList, 0, value, value.Length);

    public static implicit operator Arg(bool[]? value) =>
        value is null ? default : new(ArgKind.BoolList, 0, value, value.Length);

    public static implicit operator Arg(torch.Tensor[] value) => new(ArgKind.TensorList, 0, value, value.Length);

    public static implicit operator Arg(string? value) =>
        value is null ? default : new(ArgKind.String, 0, value, System.Text.Encoding.UTF8.GetByteCount(value));

    public NativeArg Native => new() { Bits = Bits, Kind = Kind, Count = Count };

    /// <summary>Bytes of scratch the argument's contents need beside the call; 0 where the value itself is enough.</summary>
    public int ScratchBytes => Reference is null ? 0 : Kind switch
    {
        ArgKind.IntList or ArgKind.DoubleList or ArgKind.TensorList or ArgKind.OptionalTensorList => Count * 8,
        ArgKind.BoolList or ArgKind.String => (Count + 7) & ~7,
        _ => 0,
    };

    /// <summary>Lays the argument's contents out in <paramref name="scratch"/> and returns the argument pointing there.</summary>
    public unsafe NativeArg WriteTo(byte* scratch)
    {
        switch (Reference)
        {
            case long[] integers:
                integers.CopyTo(new Span<long>(scratch, Count));
                break;
            case double[] reals:
                reals.CopyTo(new Span<double>(scratch, Count));
                break;
            case bool[] flags:
                flags.CopyTo(new Span<bool>(scratch, Count));
                break;
            case string text:
                System.Text.Encoding.UTF8.GetBytes(text, new Span<byte>(scratch, Count));
                break;
            case torch.Tensor?[] tensors:
                for (int i = 0; i < tensors.Length; i++)
                    ((nint*)scratch)[i] = tensors[i]?.Handle ?? 0;
                break;
        }

        return new NativeArg { Bits = (long)scratch, Kind = Kind, Count = Count };
    }
}

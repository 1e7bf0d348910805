using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number of any element type, as operators take it. Holds no native memory: <see cref="Dispose"/> has nothing to do.</summary>
public sealed class Scalar : IDisposable
{
    internal Scalar(ArgKind kind, long bits)
    {
        Kind = kind;
        Bits = bits;
    }

    private Scalar(double value)
        : this(ArgKind.Double, BitConverter.DoubleToInt64Bits(value))
    {
    }

    internal ArgKind Kind { get; }

    internal long Bits { get; }

    /// <summary>The element type that stands for the number's kind: <c>Float64</c>, <c>Int64</c> or <c>Bool</c>.</summary>
    public torch.ScalarType Type => Kind switch
    {
        ArgKind.Double => torch.ScalarType.Float64,
        ArgKind.Bool => torch.ScalarType.Bool,
        _ => torch.ScalarType.Int64,
    };

    internal double AsDouble => Kind == ArgKind.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal long AsLong => Kind == ArgKind.Double ? checked((long)AsDouble) : Bits;

    public void Dispose()
    {
    }

    public static implicit operator Scalar(byte value) => new(ArgKind.Int, value);

    public static implicit operator Scalar(sbyte value) => new(ArgKind.Int, value);

    public static implicit operator Scalar(short value) => new(ArgKind.Int, value);

    public static implicit operator Scalar(int value) => new(ArgKind.Int, value);

    public static implicit operator Scalar(long value) => new(ArgKind.Int, value);

    public static implicit operator Scalar(float value) => new((double)value);

    public static implicit operator Scalar(double value) => new(value);

    public static implicit operator Scalar(bool value) => new(ArgKind.Bool, value ? 1 : 0);

    public static implicit operator Scalar(Half value) => new((double)value);
}

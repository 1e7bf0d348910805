using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffusion;

/// <summary>Arithmetic of hot loops over vectors of the processor's own width that <see cref="Vector"/> lacks.</summary>
/// <remarks>
/// The library's own exponential is not used here: in a hot loop it costs two to four times as much, and whether the compiler inlines it
/// changes from one run of a program to the next.
/// </remarks>
public static class VectorMath
{
    // (ln 2)^k/k!: the Taylor series of 2^f, which for |f| ≤ ½ is exact to rounding with 7 terms in float and 12 in double.
    private const double C1 = 0.693147180559945309417232;
    private const double C2 = C1 * C1 / 2;
    private const double C3 = C2 * C1 / 3;
    private const double C4 = C3 * C1 / 4;
    private const double C5 = C4 * C1 / 5;
    private const double C6 = C5 * C1 / 6;
    private const double C7 = C6 * C1 / 7;
    private const double C8 = C7 * C1 / 8;
    private const double C9 = C8 * C1 / 9;
    private const double C10 = C9 * C1 / 10;
    private const double C11 = C10 * C1 / 11;
    private const double C12 = C11 * C1 / 12;

    /// <summary>a·b + c, rounded once. T is float or double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Fma<T>(Vector<T> a, Vector<T> b, Vector<T> c) => typeof(T) == typeof(float)
        ? Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
        : Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();

    /// <summary>
    /// 2^x for x below 127 in float and 1023 in double, to rounding; numbers below the smallest normal one become that one. T is float or double.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Exp2<T>(Vector<T> x) => typeof(T) == typeof(float)
        ? Exp2(x.As<T, float>()).As<float, T>()
        : Exp2(x.As<T, double>()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Exp2(Vector<float> x)
    {
        x = Vector.MaxNative(x, new Vector<float>(-126f));

        // Adding 1.5 · 2^23 rounds to the nearest integer and leaves that integer in the low bits.
        var shift = new Vector<float>(12582912f);
        Vector<float> whole = x + shift;
        Vector<float> f = x - (whole - shift);
        Vector<float> p = Vector.FusedMultiplyAdd(f, new Vector<float>((float)C7), new Vector<float>((float)C6));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<float>((float)C5));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<float>((float)C4));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<float>((float)C3));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<float>((float)C2));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<float>((float)C1));
        p = Vector.FusedMultiplyAdd(f, p, Vector<float>.One);
        return (p.As<float, int>() + Vector.ShiftLeft(whole.As<float, int>(), 23)).As<int, float>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Exp2(Vector<double> x)
    {
        x = Vector.MaxNative(x, new Vector<double>(-1022));

        // As above with 1.5 · 2^52.
        var shift = new Vector<double>(6755399441055744);
        Vector<double> whole = x + shift;
        Vector<double> f = x - (whole - shift);
        Vector<double> p = Vector.FusedMultiplyAdd(f, new Vector<double>(C12), new Vector<double>(C11));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(C10));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(C9));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(C8));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(C7));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(C6));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(C5));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(C4));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(C3));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(C2));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(C1));
        p = Vector.FusedMultiplyAdd(f, p, Vector<double>.One);
        return (p.As<double, long>() + Vector.ShiftLeft(whole.As<double, long>(), 52)).As<long, double>();
    }
}

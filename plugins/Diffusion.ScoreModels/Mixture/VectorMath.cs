using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffusion.ScoreModels.Mixture;

/// <summary>What <see cref="Vector"/> lacks in generic form.</summary>
/// <remarks>
/// The library's own exponential is not used here: in a hot loop it costs two to four times as much, and whether the compiler inlines it
/// changes from one run of a program to the next.
/// </remarks>
internal static class VectorMath
{
    // ln 2 to the power of k over k!: the Taylor series of 2^f, which for |f| ≤ ½ is exact to rounding at these lengths.
    private static readonly double[] s_taylor = [.. Enumerable.Range(0, 13).Select(k => Enumerable.Range(1, k).Aggregate(1.0, (r, i) => r * Math.Log(2) / i))];

    private static readonly float s_f1 = (float)s_taylor[1], s_f2 = (float)s_taylor[2], s_f3 = (float)s_taylor[3], s_f4 = (float)s_taylor[4];
    private static readonly float s_f5 = (float)s_taylor[5], s_f6 = (float)s_taylor[6], s_f7 = (float)s_taylor[7];
    private static readonly double s_d1 = s_taylor[1], s_d2 = s_taylor[2], s_d3 = s_taylor[3], s_d4 = s_taylor[4], s_d5 = s_taylor[5], s_d6 = s_taylor[6];
    private static readonly double s_d7 = s_taylor[7], s_d8 = s_taylor[8], s_d9 = s_taylor[9], s_d10 = s_taylor[10], s_d11 = s_taylor[11], s_d12 = s_taylor[12];

    /// <summary>a·b + c, rounded once. T is float or double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Fma<T>(Vector<T> a, Vector<T> b, Vector<T> c) => typeof(T) == typeof(float)
        ? Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
        : Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();

    /// <summary>2^x for x ≤ 0, to rounding; numbers below the smallest normal one become that one. T is float or double.</summary>
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
        Vector<float> p = Vector.FusedMultiplyAdd(f, new Vector<float>(s_f7), new Vector<float>(s_f6));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<float>(s_f5));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<float>(s_f4));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<float>(s_f3));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<float>(s_f2));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<float>(s_f1));
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
        Vector<double> p = Vector.FusedMultiplyAdd(f, new Vector<double>(s_d12), new Vector<double>(s_d11));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(s_d10));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(s_d9));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(s_d8));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(s_d7));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(s_d6));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(s_d5));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(s_d4));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(s_d3));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(s_d2));
        p = Vector.FusedMultiplyAdd(f, p, new Vector<double>(s_d1));
        p = Vector.FusedMultiplyAdd(f, p, Vector<double>.One);
        return (p.As<double, long>() + Vector.ShiftLeft(whole.As<double, long>(), 52)).As<long, double>();
    }
}

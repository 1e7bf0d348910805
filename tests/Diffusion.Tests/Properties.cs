using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Diffusion.Tests;

/// <summary>Checks what holds of all values on many of them, the same ones each time.</summary>
internal static class Properties
{
    private const int Values = 500;

    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(Values).WithQuietOnSuccess(true)
        .WithReplay(FSharpOption<Replay>.Some(new(new(20260806UL, 1UL), FSharpOption<int>.None)));

    /// <summary>Finite numbers of every magnitude, subnormal ones among them.</summary>
    public static Gen<double> Doubles { get; } = Gen.Choose(0, ushort.MaxValue).Four()
        .Select(
            parts => BitConverter.UInt64BitsToDouble(((ulong)parts.Item1 << 48) | ((ulong)parts.Item2 << 32) | ((ulong)parts.Item3 << 16) | (uint)parts.Item4))
        .Where(double.IsFinite);

    /// <summary>Numbers from 0 to 1, the ends among them.</summary>
    public static Gen<double> Fractions { get; } = Gen.Frequency(
        (8, Gen.Choose(0, int.MaxValue).Two().Select(parts => ((parts.Item1 / (double)int.MaxValue) + parts.Item2) / (1.0 + int.MaxValue))),
        (1, Gen.Elements(0.0, 1.0, double.Epsilon, 0.1)),
        (1, Gen.Choose(0, 1000).Select(part => part / 1000.0)));

    /// <summary>Texts of the letters that are given.</summary>
    public static Gen<string> Texts(string letters, int longest) =>
        Gen.Choose(0, longest).SelectMany(length => Gen.Elements(letters.ToCharArray()).ArrayOf(length)).Select(word => new string(word));

    /// <summary>Fails with the simplest value that it finds for which something does not hold.</summary>
    public static void Hold<T>(Gen<T> values, Func<T, bool> holds) => Check.One(Settings, Prop.ForAll(values.ToArbitrary(), holds));
}

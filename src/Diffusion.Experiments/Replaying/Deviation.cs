using System.Globalization;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Replaying;

/// <summary>Something that came out differently the second time.</summary>
/// <param name="What">What: "samples", "evaluations", a metric's name, "status", "error".</param>
/// <param name="Before">It as recorded.</param>
/// <param name="After">It as computed again.</param>
/// <param name="Absolute">Largest difference; null where there is no number to it.</param>
/// <param name="Relative">Largest difference over the largest magnitude; null where there is no number to it.</param>
/// <param name="Agreement">What that amounts to.</param>
public sealed record Deviation(string What, string Before, string After, double? Absolute, double? Relative, Agreement Agreement)
{
    /// <summary>Compares two numbers; null when they are the same to the last bit.</summary>
    public static Deviation? Between(string what, double? before, double? after, double tolerance)
    {
        if (before is { } old && after is { } now)
        {
            return BitConverter.DoubleToInt64Bits(old) == BitConverter.DoubleToInt64Bits(now) || (double.IsNaN(old) && double.IsNaN(now))
                ? null
                : Numeric(what, Text(old), Text(now), Math.Abs(old - now), Math.Max(Math.Abs(old), Math.Abs(now)), tolerance);
        }

        return before == after ? null : new(what, before is { } b ? Text(b) : "none", after is { } a ? Text(a) : "none", null, null, Agreement.Different);
    }

    /// <summary>Compares two texts; null when they are the same.</summary>
    public static Deviation? Between(string what, string? before, string? after) =>
        before == after ? null : new(what, before ?? "none", after ?? "none", null, null, Agreement.Different);

    /// <summary>Compares tensors whose digests differ.</summary>
    public static Deviation Between(string what, Tensor before, Tensor after, double tolerance)
    {
        if (!before.shape.SequenceEqual(after.shape))
            return new(what, $"[{string.Join(',', before.shape)}]", $"[{string.Join(',', after.shape)}]", null, null, Agreement.Different);
        using DisposeScope scope = NewDisposeScope();
        Tensor old = before.to(ScalarType.Float64), now = after.to(ScalarType.Float64);
        double difference = (old - now).abs().max().ToDouble();
        return Numeric(
            what, $"{old.numel()} numbers", "the same number of them", difference, Math.Max(old.abs().max().ToDouble(), now.abs().max().ToDouble()), tolerance);
    }

    private static Deviation Numeric(string what, string before, string after, double difference, double magnitude, double tolerance) =>
        // Neither NaN nor an infinite number is near any other.
        new(
            what, before, after, difference, difference == 0 ? 0 : difference / magnitude,
            double.IsFinite(difference) && difference <= tolerance * Math.Max(1, magnitude) ? Agreement.WithinRounding : Agreement.Different);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace Diffusion;

/// <summary>What a metric's values are like when they are good. Tables say it, and rankings go by it.</summary>
/// <param name="Direction">Which way values get better.</param>
/// <param name="Target">The best value, where nearer to it is better; null otherwise.</param>
public sealed record MetricGoal(MetricDirection Direction, double? Target = null)
{
    /// <summary>Smaller is better.</summary>
    public static MetricGoal Smaller { get; } = new(MetricDirection.Smaller);

    /// <summary>Larger is better.</summary>
    public static MetricGoal Larger { get; } = new(MetricDirection.Larger);

    /// <summary>Nearer to <paramref name="target"/> is better.</summary>
    public static MetricGoal Near(double target) => new(MetricDirection.Nearer, target);

    /// <summary>A number that orders values: the smaller it is, the better the value.</summary>
    public double Cost(double value) => Direction switch
    {
        MetricDirection.Larger => -value,
        MetricDirection.Nearer => Math.Abs(value - (Target ?? 0)),
        _ => value,
    };

    /// <summary>For people: "Smaller is better.", "Nearer to 0.95 is better."</summary>
    public override string ToString() => Direction == MetricDirection.Nearer
        ? string.Create(CultureInfo.InvariantCulture, $"Nearer to {Target ?? 0:R} is better.")
        : $"{Direction} is better.";
}

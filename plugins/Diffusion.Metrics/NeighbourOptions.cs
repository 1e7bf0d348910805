using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="PrecisionRecallMetric"/> and <see cref="DensityCoverageMetric"/>.</summary>
public sealed record NeighbourOptions : ComponentOptions
{
    [Description("Which nearest neighbour sets the radius of the ball around a point.")]
    [Range(1, 1000)]
    public int Neighbours { get; init; } = 5;

    /// <summary>Why there can be no balls around reference rows, as a clause to follow a metric's name; null when there can.</summary>
    internal string? ReferenceObjection(MetricSetting setting) => setting.Reference.shape[0] > Neighbours
        ? null
        : FormattableString.Invariant($"needs more reference rows than {Neighbours} neighbours; there are {setting.Reference.shape[0]}");

    /// <summary>The balls around the reference rows, found once for all metrics and cells that ask.</summary>
    /// <exception cref="ArgumentException">There are too few rows.</exception>
    internal NeighbourBalls BallsOfReference(MetricInput input, PointSet reference) => reference.Count > Neighbours
        ? input.Memory.Get((typeof(NeighbourBalls), Neighbours), () => new NeighbourBalls(reference, Neighbours))
        : throw new ArgumentException($"{Neighbours} neighbours of each reference row need more than {reference.Count} rows.");
}

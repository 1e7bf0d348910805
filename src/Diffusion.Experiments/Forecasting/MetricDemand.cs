namespace Diffusion.Experiments.Forecasting;

/// <summary>Cells that ask one metric, alike but for the repeat.</summary>
/// <param name="Samples">Their samples.</param>
/// <param name="Steps">Their steps.</param>
/// <param name="Cells">How many they are.</param>
/// <param name="States">How many states each has measured, its samples included.</param>
internal readonly record struct MetricDemand(int Samples, int Steps, int Cells, int States)
{
    /// <summary>What cells know of one another: key → how many of these cells have it.</summary>
    public required IReadOnlyDictionary<string, int> Shared { get; init; }

    /// <summary>Whether those who share something also measure samples of an exact sampler, once.</summary>
    public bool HasFloor { get; init; }
}

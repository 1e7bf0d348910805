namespace Diffusion.Experiments.Statistics;

/// <summary>A closed interval of numbers.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Whether a number lies in it.</summary>
    public bool Contains(double value) => Low <= value && value <= High;
}

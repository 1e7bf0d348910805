namespace Diffusion.Experiments.Records;

/// <summary>A state on the way of a sampler that is stored, and where it stands.</summary>
public sealed record KeptState
{
    /// <summary>Steps taken before it; 0 is the start.</summary>
    public required int Step { get; init; }

    /// <summary>Its time, in the unit of the process.</summary>
    public required double T { get; init; }

    /// <summary>Its signal scale α.</summary>
    public required double Alpha { get; init; }

    /// <summary>Its noise scale σ.</summary>
    public required double Sigma { get; init; }

    /// <summary>The times for which it stands, as values of metrics are called by them ("t=0.5"); none of a state that is part of a trajectory alone.</summary>
    public required IReadOnlyList<string> Times { get; init; }

    /// <summary>Its level.</summary>
    internal NoiseLevel Level => new(T, Alpha, Sigma);

    /// <summary>The name of a metric's value that was measured at a time: "energy-distance@t=0.5".</summary>
    /// <param name="name">The name of the metric's value of samples.</param>
    /// <param name="time">The time, as <see cref="Times"/> has it.</param>
    internal static string NameAt(string name, string time) => $"{name}@{time}";

    /// <summary>The time at which a value of this name was measured; null of one of samples.</summary>
    internal static string? TimeOf(string name) => name.LastIndexOf('@') is >= 0 and var at ? name[(at + 1)..] : null;
}

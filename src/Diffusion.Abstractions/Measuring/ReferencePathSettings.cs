namespace Diffusion;

/// <summary>How reference paths are computed.</summary>
public sealed record ReferencePathSettings
{
    /// <summary>How many samples, from the first.</summary>
    public required int Samples { get; init; }

    /// <summary>Of a deterministic method: relative and absolute tolerance of a step of the probability-flow ODE.</summary>
    public double Tolerance { get; init; } = 1e-9;

    /// <summary>Of a stochastic method: steps of the same method on the same grid, along the same Brownian paths; even.</summary>
    public int Steps { get; init; } = 2048;
}

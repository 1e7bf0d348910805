namespace Diffusion.Core.Laws;

/// <summary>How finely functions and integrals are resolved.</summary>
public sealed record LawResolution
{
    /// <summary>Points of a panel's polynomial, at least 8.</summary>
    public int Points { get; init; } = 16;

    /// <summary>Relative size of what a polynomial may leave out.</summary>
    public double Tolerance { get; init; } = 1e-11;

    /// <summary>Values smaller than this count as this large.</summary>
    public double Floor { get; init; } = 1;

    /// <summary>Standard deviations of a step's noise that one panel of its quadrature spans at most.</summary>
    public double KernelWidth { get; init; } = 3;
}

namespace Diffusion;

/// <summary>How an adaptive method's steps are chosen. The engine's one controller reads it; a method declares it.</summary>
/// <remarks>
/// With E the root mean square of error over scale, and E₁, E₂ those of the last two accepted steps,
/// <code>
/// factor = limit(safety · E^(−(P + I + D) k) · E₁^((P + 2 D) k) · E₂^(−D k)),   k the exponent, h ← factor · h
/// </code>
/// (Söderlind 2003, "Digital filters in adaptive time-stepping"). P = D = 0 is the elementary controller.
/// </remarks>
public sealed record StepControl
{
    /// <summary>The variable in which steps are measured.</summary>
    public required StepVariable Variable { get; init; }

    /// <summary>Error allowed in proportion to the state.</summary>
    public required double RelativeTolerance { get; init; }

    /// <summary>Error allowed in any case.</summary>
    public required double AbsoluteTolerance { get; init; }

    /// <summary>k: 1/(q + 1) for an error estimate of a method of order q.</summary>
    public required double Exponent { get; init; }

    /// <summary>How the tolerances combine.</summary>
    public ErrorScale Scale { get; init; }

    /// <summary>Who shares a step.</summary>
    public StepCoupling Coupling { get; init; }

    /// <summary>How the errors of a coupled batch become one.</summary>
    public BatchNorm BatchNorm { get; init; }

    /// <summary>Factor on what the error alone would allow.</summary>
    public double Safety { get; init; } = 0.9;

    /// <summary>P, the proportional gain.</summary>
    public double Proportional { get; init; }

    /// <summary>I, the integral gain.</summary>
    public double Integral { get; init; } = 1;

    /// <summary>D, the derivative gain.</summary>
    public double Derivative { get; init; }

    /// <summary>How the factor is bounded.</summary>
    public FactorLimit Limit { get; init; }

    /// <summary>The smallest factor of <see cref="FactorLimit.Clip"/>.</summary>
    public double SmallestFactor { get; init; } = 0.2;

    /// <summary>The largest factor of <see cref="FactorLimit.Clip"/>.</summary>
    public double LargestFactor { get; init; } = 10;

    /// <summary>Whether the step after a repeated one may be longer than that.</summary>
    public bool GrowsAfterRejection { get; init; } = true;

    /// <summary>Added to E before it is inverted.</summary>
    public double ErrorOffset { get; init; }

    /// <summary>A step is accepted when its factor is at least this; null accepts when E ≤ 1.</summary>
    public double? SmallestAcceptedFactor { get; init; }

    /// <summary>Whether the next step grows from the one that was proposed, even where the end of the range cut it short.</summary>
    public bool GrowsFromProposal { get; init; }

    /// <summary>
    /// Length of the first step in the variable; null takes it from the size of state, slope and curvature (Hairer, Nørsett &amp; Wanner 1993,
    /// II.4), for one evaluation. That rule needs slopes which are derivatives in the variable.
    /// </summary>
    public double? InitialStep { get; init; }

    /// <summary>Attempts after which a run is given up.</summary>
    public int MaximumAttempts { get; init; } = 10_000;
}

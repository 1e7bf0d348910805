namespace Diffusion.Solvers;

/// <summary>The transition of the reverse SDE with noise η between two levels, exact for a constant ε̂.</summary>
internal readonly record struct NoiseExponential
{
    /// <param name="from">s, with signal.</param>
    /// <param name="to">t, not clean.</param>
    /// <param name="eta">Noise of the reverse process.</param>
    public NoiseExponential(NoiseLevel from, NoiseLevel to, double eta)
    {
        (double start, double end) = (from.NoiseToSignal, to.NoiseToSignal);
        OfState = to.Alpha / from.Alpha;
        OfNoise = -(1 + (eta * eta)) * to.Alpha * (start - end);
        OfFresh = eta * to.Alpha * Math.Sqrt((start - end) * (start + end));
    }

    /// <summary>Share of x_s in x_t.</summary>
    public double OfState { get; }

    /// <summary>Share of ε̂ in x_t.</summary>
    public double OfNoise { get; }

    /// <summary>Standard deviation of the fresh noise.</summary>
    public double OfFresh { get; }

    /// <summary>These steps divide by α_s.</summary>
    public static string? Objection(IReadOnlyList<NoiseLevel> levels) =>
        levels[0].Alpha == 0 ? "cannot start where no signal is left (alpha = 0): its noise grows with sigma/alpha; start the grid at a smaller time" : null;
}

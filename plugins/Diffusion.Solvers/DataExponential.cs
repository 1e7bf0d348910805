namespace Diffusion.Solvers;

/// <summary>The transition of the reverse SDE with noise η between two levels, exact for a constant D.</summary>
internal readonly record struct DataExponential
{
    /// <param name="from">s, with noise.</param>
    /// <param name="to">t, not clean.</param>
    /// <param name="eta">Noise of the reverse process.</param>
    public DataExponential(NoiseLevel from, NoiseLevel to, double eta)
    {
        double logShrinkage = StochasticSteps.LogShrinkage(from, to);
        double share = eta * eta;
        H = -logShrinkage;
        Exponent = (1 + share) * H;
        OfState = to.Sigma / from.Sigma * StochasticSteps.Power(logShrinkage, share);
        OfData = -to.Alpha * PreciseMath.Expm1(-Exponent);
        OfNoise = share == 0 ? 0 : to.Sigma * Math.Sqrt(-PreciseMath.Expm1(2 * share * logShrinkage));
    }

    /// <summary>h = λ_t − λ_s.</summary>
    public double H { get; }

    /// <summary>(1 + η²) h.</summary>
    public double Exponent { get; }

    /// <summary>Share of x_s in x_t.</summary>
    public double OfState { get; }

    /// <summary>Share of D in x_t.</summary>
    public double OfData { get; }

    /// <summary>Standard deviation of the fresh noise.</summary>
    public double OfNoise { get; }
}

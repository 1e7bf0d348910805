using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Grids;

/// <summary>Options of <see cref="VpGrid"/>.</summary>
public sealed record VpGridOptions : GridOptions, IValidatableObject
{
    [Description("Noise rate β at time 0; with betaMax. When neither is given they follow from the schedule's own noise scales.")]
    [Range(0.0, 1000.0)]
    public double? BetaMin { get; init; }

    [Description("Noise rate β at time 1; with betaMin.")]
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double? BetaMax { get; init; }

    [Description("The time of the smallest noise; the largest is at 1.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-3;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BetaMin is null != BetaMax is null)
            yield return new ValidationResult("betaMin and betaMax must be given together.", [nameof(BetaMin), nameof(BetaMax)]);
    }
}

/// <summary>The noise scales that a variance-preserving process has at equal times, under any process.</summary>
/// <remarks>
/// Karras et al. 2022, table 1 (VP) and k-diffusion's <c>get_sigmas_vp</c>, in the scale that the data see:
/// <code>t_i = 1 + (ε − 1) i/n    σ̂_i² = e^(B(t_i)) − 1    B(t) = β_min t + ½ (β_max − β_min) t²</code>
/// each level found through the schedule's inverse. Without rates of its own the grid takes those with which σ̂(1) and σ̂(ε) are the
/// schedule's first and smallest scale. Under <c>variance-preserving</c> with the same rates it is <see cref="UniformGrid"/>.
/// </remarks>
[Component(ComponentKind.Grid, "vp", "The noise scales of a variance-preserving process at equal times",
    Reference = "Karras et al. 2022, table 1")]
public sealed class VpGrid(VpGridOptions options) : ITimeGrid
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The noise scales lie outside the schedule's range, the schedule ends in pure noise (α = 0), no noise rate of this form leads from one
    /// end of the schedule to the other, or levels coincide in double precision.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        (double lowest, double highest) = (options.BetaMin ?? 0, options.BetaMax ?? 0);
        bool hasRates = options.BetaMax is not null;
        var range = NoiseScaleRange.Resolve("vp", schedule, hasRates ? Scale(options.Epsilon) : null, hasRates ? Scale(1) : null);
        if (!hasRates)
        {
            double atEnd = LogOfOnePlusSquare(range.First);
            double atEpsilon = LogOfOnePlusSquare(range.Last);
            double growth = 2 * (atEnd - (atEpsilon / options.Epsilon)) / (1 - options.Epsilon);
            (lowest, highest) = (atEnd - (0.5 * growth), atEnd + (0.5 * growth));
            if (!(Rate(options.Epsilon) > 0 && Rate(1) > 0))
            {
                throw new ArgumentException("The vp grid finds no noise rate that grows linearly and takes sigma/alpha from "
                    + FormattableString.Invariant($"{range.Last.NoiseToSignal:g6} at time ")
                    + FormattableString.Invariant($"{options.Epsilon:g6} to {range.First.NoiseToSignal:g6} at 1; give it another epsilon, ")
                    + "or betaMin and betaMax.");
            }
        }

        return range.Spread("vp", schedule, steps, options.End, u => Math.Log(Scale(GridLevels.Between(1, options.Epsilon, u))));

        double Scale(double t) => Math.Sqrt(PreciseMath.Expm1(t * (lowest + (0.5 * (highest - lowest) * t))));

        double Rate(double t) => lowest + ((highest - lowest) * t);
    }

    private static double LogOfOnePlusSquare(NoiseLevel level) => PreciseMath.Softplus(-2 * level.HalfLogSnr);
}

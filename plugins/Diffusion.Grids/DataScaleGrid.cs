using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MathNet.Numerics;

namespace Diffusion.Grids;

/// <summary>Options of <see cref="DataScaleGrid"/>.</summary>
public sealed record DataScaleGridOptions : NoiseScaleGridOptions
{
    [Description("Standard deviation of the data in a dimension; where it is left out, that of the data where it is known, otherwise 0.5.")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double? StandardDeviation { get; init; }

    [Description("The noise scale around which levels crowd, in standard deviations of the data.")]
    [Range(1e-6, 1e6)]
    public double Centre { get; init; } = 0.25;

    [Description("Standard deviation of the bell, in units of log noise scale.")]
    [Range(0.01, 100)]
    public double Width { get; init; } = 2;

    [Description("Density of levels far from the centre, as a share of that of the bell's peak.")]
    [Range(0, 1e6)]
    public double Floor { get; init; } = 0.15;
}

/// <summary>Levels that crowd where samples turn to their modes: at noise that is somewhat smaller than the spread of the data.</summary>
/// <remarks>
/// The levels are the quantiles of a density of ℓ = log σ̂, σ̂ = σ/α, between the ends of the schedule: a bell upon a constant,
/// <code>
/// p(ℓ) ∝ floor + exp(−(ℓ − log(centre · c))²/(2 width²))
/// </code>
/// with c the standard deviation of the data. Well above c the flow of any data is that of a Gaussian; well below their details it hardly moves. The
/// defaults were fitted to <c>gaussian-frame</c> on ten mixtures, see docs/record.md.
/// </remarks>
[Component(ComponentKind.Grid, "data-scale", "Quantiles of a bell in log(sigma/alpha) around a quarter of the data's standard deviation",
    Reference = "docs/record.md")]
public sealed class DataScaleGrid(DataScaleGridOptions options, DataDescription? data = null) : ITimeGrid
{
    private const int MostHalvings = 200;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A noise scale lies outside the schedule's range, the schedule ends in pure noise (α = 0) and no <c>sigmaMax</c> is given, or levels
    /// coincide in double precision.
    /// </exception>
    public IReadOnlyList<NoiseLevel> Levels(NoiseSchedule schedule, int steps)
    {
        var range = NoiseScaleRange.Resolve("data-scale", schedule, options.SigmaMin, options.SigmaMax);
        double scale = options.StandardDeviation ?? DataMoments.FromDescription(data)?.StandardDeviation ?? DataMoments.CustomaryDeviation;
        double centre = Math.Log(options.Centre * scale);
        (double first, double last) = (-range.First.HalfLogSnr, -range.Last.HalfLogSnr);
        (double whole, double none) = (Mass(first), Mass(last));
        return range.Spread("data-scale", schedule, steps, options.End, u => Quantile(GridLevels.Between(whole, none, u)));

        // Of all levels below ℓ, up to a constant.
        double Mass(double place) =>
            (options.Floor * place) + (options.Width * Math.Sqrt(Math.PI / 2) * SpecialFunctions.Erf((place - centre) / (Math.Sqrt(2) * options.Width)));

        double Quantile(double mass)
        {
            (double low, double high) = (last, first);
            for (int i = 0; i < MostHalvings; i++)
            {
                double middle = low + ((high - low) / 2);
                if (middle <= low || middle >= high)
                    break;
                if (Mass(middle) < mass)
                    low = middle;
                else
                    high = middle;
            }

            return high;
        }
    }
}

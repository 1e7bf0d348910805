using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MathNet.Numerics.Statistics;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="MemorisationMetric"/>.</summary>
public sealed record MemorisationOptions : ComponentOptions
{
    [Range(0.01, 1.0)]
    [Description("A sample is memorised if its nearest training row is nearer than this part of the distance to the second nearest.")]
    public double Ratio { get; init; } = 1.0 / 3;
}

/// <summary>How much nearer samples are to the rows that the model was made from than they should be. No unit, values between 0 and 1.</summary>
/// <remarks>
/// With d₁(x) and d₂(x) the distances of a sample to its nearest and second nearest training row, and t(x) the nearest:
/// <code>
/// memorised      share of samples with d₁(x) ≤ r d₂(x), r = 1/3                               (Yoon et al. 2023; Gu et al. 2023)
/// copied         share of samples with d₁(x) below the distance of t(x) to other training rows  (one less authenticity, Alaa et al. 2022)
/// data-copying   P(d₁(x) &lt; d₁(y)) + ½ P(d₁(x) = d₁(y)), y a row held out                    (Meehan et al. 2020, section 3)
/// </code>
/// None is 0 for an exact sampler. In D dimensions d₁ is below r d₂ by chance about as often as r^D; a fresh draw is its neighbour's nearest with a chance of
/// 2/3 on a line and 0.62 in the plane; <c>data-copying</c> is ½, above it where samples lie nearer to training rows than fresh data do, and below where they
/// lie further off. The exact sampler's row says what chance gives. Rows held out are reference rows that are not the training rows; without such rows there
/// is no <c>data-copying</c>. Training rows that equal each other count once.
/// <para>
/// Standard errors are over samples, and over rows held out, given the training rows: a model is made from one set. O((N + M) K D) time for K training rows.
/// </para>
/// </remarks>
[Component(ComponentKind.Metric, "memorisation",
    "Samples that are nearer to training rows than chance explains: by the second nearest row, by the rows among each other, and by rows held out.",
    Reference = "Yoon et al. 2023, Diffusion Probabilistic Models Generalize when They Fail to Memorize; Alaa et al. 2022; Meehan et al. 2020",
    Aliases = ["memorization"])]
public sealed class MemorisationMetric(MemorisationOptions options) : IMetric
{
    private const string NoTrainingRows = "needs the rows that a model was made from, and this model has seen none";
    private const string OneTrainingRow = "needs at least two different training rows";

    /// <inheritdoc/>
    public bool MeasuresSamples => true;

    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => setting.TrainingRows is not { } rows
        ? NoTrainingRows
        : new PointSet(rows).Distinct().Count < 2 ? OneTrainingRow : null;

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) =>
    [
        DeclaredValue.Sampled("memorised"),
        DeclaredValue.Sampled("copied"),
        .. ReferenceEquals(setting.Reference, setting.TrainingRows) ? Array.Empty<DeclaredValue>() : [DeclaredValue.Sampled("data-copying")],
    ];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no training rows, all are equal, or the dimensions differ.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        (PointSet x, PointSet y) = PointSet.Both(input);
        if (input.TrainingRows is not { } trainingRows)
            throw new ArgumentException($"memorisation {NoTrainingRows}.");
        PointSet rows = input.Memory.Get((typeof(MemorisationMetric), "rows"), () => new PointSet(trainingRows).Distinct());
        if (rows.Dimension != x.Dimension)
            throw new ArgumentException($"Samples have {x.Dimension} dimensions but the training rows have {rows.Dimension}.");
        if (rows.Count < 2)
            throw new ArgumentException($"memorisation {OneTrainingRow}.");
        if (!x.IsFinite)
            return [new("memorised", double.NaN, null, x.Count)];

        input.Cancellation.ThrowIfCancellationRequested();
        var nearest = NearestNeighbours.Between(x, rows, 2);
        double[] squares = nearest.Squares(0);
        List<MetricValue> values =
        [
            Share("memorised", [.. squares.Select((square, i) => square <= options.Ratio * options.Ratio * nearest.Square(i, 1))]),
            Share("copied", IsCopied(nearest, squares, rows)),
        ];
        if (!ReferenceEquals(input.Reference, trainingRows))
        {
            double[] heldOut = input.Memory.Get((typeof(MemorisationMetric), "held out"), () => NearestNeighbours.Between(y, rows, 1).Squares(0));
            values.Add(Comparison(squares, heldOut));
        }

        return values;
    }

    private static bool[] IsCopied(NearestNeighbours nearest, double[] squares, PointSet rows)
    {
        int[] places = [.. squares.Select((_, i) => nearest.Place(i, 0))];
        int[] asked = [.. places.Distinct()];
        // The nearest of a row is itself, since no other equals it.
        double[] among = NearestNeighbours.Between(rows.Picked(asked), rows, 2).Squares(1);
        Dictionary<int, double> known = asked.Zip(among).ToDictionary(pair => pair.First, pair => pair.Second);
        return [.. squares.Select((square, i) => square < known[places[i]])];
    }

    private static MetricValue Share(string name, bool[] holds) => holds.Select(each => each ? 1.0 : 0).ToArray().ToMetric(name);

    // Mann & Whitney's statistic, and its variance by the placements of both sides (DeLong et al. 1988).
    private static MetricValue Comparison(double[] samples, double[] heldOut)
    {
        double[] ofSamples = Placements(samples, heldOut), ofHeldOut = Placements(heldOut, samples);
        double? error = samples.Length < 2 || heldOut.Length < 2
            ? null
            : Math.Sqrt((ArrayStatistics.Variance(ofSamples) / samples.Length) + (ArrayStatistics.Variance(ofHeldOut) / heldOut.Length));
        return new("data-copying", ofSamples.Average(), error, samples.Length) { Goal = MetricGoal.Near(0.5) };
    }

    // Of each value, the share of others above it; equal ones count half.
    private static double[] Placements(double[] values, double[] others)
    {
        double[] sorted = [.. others.Order()];
        return [.. values.Select(value => (sorted.Length - (0.5 * (FirstAbove(sorted, value, orEqual: true) + FirstAbove(sorted, value, orEqual: false))))
            / sorted.Length)];
    }

    private static int FirstAbove(double[] sorted, double value, bool orEqual)
    {
        (int low, int high) = (0, sorted.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] > value || (orEqual && sorted[middle] == value))
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}

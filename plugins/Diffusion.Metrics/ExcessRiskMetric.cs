using System.ComponentModel;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="ExcessRiskMetric"/>.</summary>
public sealed record ExcessRiskOptions : ModelErrorOptions
{
    [Description("The form of prediction whose squared error counts the same at every level: noise (the integral over levels then bounds a KL "
        + "divergence), data, score, v or velocity.")]
    public ResidualForm Weighting { get; init; }

    [Description("Whether the denoising loss and the least that any model can reach (the Bayes risk) are among the values.")]
    public bool Risks { get; init; }
}

/// <summary>The model's denoising loss above the least that any model could reach, at noise levels of the schedule and over all of them.</summary>
/// <remarks>
/// The denoising loss of D is E ‖D(x_t) − x_0‖²; its least, the Bayes risk, belongs to D* = E[x_0 | x_t], and the difference is
/// <code>
/// E ‖D − x_0‖² − E ‖D* − x_0‖² = E ‖D − D*‖²
/// </code>
/// which is measured as it stands on the right: the two risks on the left scatter far more than their difference. Another weighting multiplies it by the ratio
/// of the squared residuals (<see cref="ResidualFormExtensions.Size"/>): 1/σ² · α² for noise, α²/σ⁴ for the score, where it is the Fisher divergence.
/// <c>excess-risk-at-σ/α</c> is that of a level, <c>excess-risk</c> the integral over log σ/α from one end of the schedule to the other, by
/// rows at levels of their own, one in each of as many equal parts. Under the weighting <c>noise</c> it is ½ ∫ g² E ‖s − s*‖² dt, which bounds
/// the KL divergence, in nats, that the model brings into samples of the exact reverse SDE (Song, Durkan, Murray &amp; Ermon 2021, theorem 1).
/// </remarks>
[Component(ComponentKind.Metric, "excess-risk",
    "The model's denoising loss above the Bayes risk, by weighting, noise level and region of density, and over all levels.",
    Reference = "Vincent 2011; Song, Durkan, Murray & Ermon 2021, theorem 1")]
public sealed class ExcessRiskMetric(ExcessRiskOptions options) : IMetric
{
    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => setting.ObjectionToDenoising(options.NoiseScales);

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue>? Declare(MetricSetting setting)
    {
        if (setting.Schedule is not { } schedule)
            return null;
        NoiseLevel[] levels = NoiseScales.Levels(schedule(), options.NoiseScales, options.Levels);
        string[] names = NoiseScales.Names("excess-risk", levels), losses = NoiseScales.Names("denoising-loss", levels),
            floors = NoiseScales.Names("bayes-risk", levels);
        IEnumerable<string> ofLevels = names.Index().SelectMany(name =>
            ModelErrors.Names(name.Item, options.Regions).Concat(options.Risks ? [losses[name.Index], floors[name.Index]] : []));
        return [.. ofLevels.Prepend("excess-risk").Select(DeclaredValue.Sampled)];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples come without their model, or the exact score is not known.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        IDenoisingError truth = input.RequireDenoising("excess-risk");
        NoiseLevel[] levels = NoiseScales.Levels(truth.Schedule, options.NoiseScales, options.Levels);
        List<MetricValue> values = [Whole(truth, input.Randomness)];
        string[] names = NoiseScales.Names("excess-risk", levels), losses = NoiseScales.Names("denoising-loss", levels),
            floors = NoiseScales.Names("bayes-risk", levels);
        for (int i = 0; i < levels.Length; i++)
        {
            using DisposeScope level = NewDisposeScope();
            double weight = Weight(levels[i], truth.Schedule);
            // Stream 0 is the integral's.
            DenoisedRows rows = truth.Draw(levels[i], options.Rows, stream: i + 1);
            values.AddErrors(names[i], [.. rows.SquaredErrors().Select(error => weight * error)], rows, options.Regions);
            if (!options.Risks)
                continue;
            values.Add(Risk(rows.Estimate, losses[i]));
            values.Add(Risk(rows.Exact, floors[i]));

            MetricValue Risk(Tensor estimate, string name) =>
                NoiseScales.SquaredDistances(estimate, rows.Clean).Select(error => weight * error).ToArray().ToMetric(name);
        }

        return values;
    }

    // A squared error of the data in that of the form.
    private double Weight(NoiseLevel level, NoiseSchedule schedule)
    {
        double ratio = options.Weighting.Size(level, schedule) / level.Sigma;
        return ratio * ratio;
    }

    // Rows in the middle of their parts would leave the rule's error out of the standard error; a random place in each part makes the sum unbiased.
    private MetricValue Whole(IDenoisingError truth, INoiseSource randomness)
    {
        using DisposeScope scope = NewDisposeScope();
        (double cleanest, double noisiest) = NoiseScales.Range(truth.Schedule);
        double length = cleanest - noisiest;
        // −½ of a sum of two squared normal numbers is the logarithm of a uniform one.
        double[] places = randomness.Independent(0, empty(options.Rows, 2, dtype: ScalarType.Float64)).square().sum(dim: 1).mul_(-0.5).exp_()
            .data<double>().ToArray();
        NoiseLevel[] levels = [.. places.Select((place, i) => NoiseScales.At(truth.Schedule, noisiest + (length * (i + place) / options.Rows)))];
        double[] errors = truth.Draw(NoiseLevels.PerSample(levels), options.Rows, stream: 0).SquaredErrors();
        double[] integrand = [.. errors.Zip(levels, (error, level) => length * error * Weight(level, truth.Schedule))];
        // What neighbours differ by is their scatter, and little of how the mean goes with the level.
        double scatter = integrand.Zip(integrand.Skip(1), (one, next) => (next - one) * (next - one)).Sum() / 2;
        return new MetricValue("excess-risk", integrand.Average(), Math.Sqrt(scatter / (options.Rows - 1.0) / options.Rows), options.Rows);
    }
}

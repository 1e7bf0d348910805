using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="ScoreErrorMetric"/>.</summary>
public sealed record ScoreErrorOptions : ModelErrorOptions;

/// <summary>The Fisher divergence of the model's score from the exact one, at noise levels of the schedule.</summary>
/// <remarks>
/// At each level
/// <code>
/// E ‖s(x_t) − ∇ log p_t(x_t)‖² = α² E ‖D(x_t) − E[x_0 | x_t]‖²/σ⁴,     x_t = α x_0 + σ ε with x_0 from the data's own law
/// </code>
/// as <c>score-error-at-σ/α</c>, in units of one over a squared length; regions of density as <c>…-region-1</c> and so on. The exact score is that of the known
/// mixture, in any dimension, or of the rows themselves where these are the distribution. Standard errors are over the drawn rows.
/// </remarks>
[Component(ComponentKind.Metric, "score-error",
    "The squared error of the model's score against the exact one, by noise level and by region of density.",
    Reference = "Hyvärinen 2005, equation 2", Aliases = ["fisher-divergence"])]
public sealed class ScoreErrorMetric(ScoreErrorOptions options) : IMetric
{
    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => setting.ObjectionToDenoising(options.NoiseScales);

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue>? Declare(MetricSetting setting) => setting.Schedule is not { } schedule ? null :
    [
        .. NoiseScales.Names("score-error", NoiseScales.Levels(schedule(), options.NoiseScales, options.Levels))
            .SelectMany(name => ModelErrors.Names(name, options.Regions)).Select(DeclaredValue.Sampled),
    ];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples come without their model, or the exact score is not known.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        IDenoisingError truth = input.RequireDenoising("score-error");
        NoiseLevel[] levels = NoiseScales.Levels(truth.Schedule, options.NoiseScales, options.Levels);
        string[] names = NoiseScales.Names("score-error", levels);
        List<MetricValue> values = [];
        for (int i = 0; i < levels.Length; i++)
        {
            using DisposeScope level = NewDisposeScope();
            (double alpha, double variance) = (levels[i].Alpha, levels[i].Sigma * levels[i].Sigma);
            double scale = alpha * alpha / (variance * variance);
            DenoisedRows rows = truth.Draw(levels[i], options.Rows, stream: i);
            values.AddErrors(names[i], [.. rows.SquaredErrors().Select(error => scale * error)], rows, options.Regions);
        }

        return values;
    }
}

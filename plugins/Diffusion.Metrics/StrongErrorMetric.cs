using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="StrongErrorMetric"/>.</summary>
public sealed record StrongErrorOptions : ComponentOptions, IValidatableObject
{
    [Description("Samples whose paths are followed, from the first; no more than the cell has.")]
    [Range(2, 1_000_000)]
    public int Rows { get; init; } = 512;

    [Description("Stochastic methods: steps of the reference, an even number, at least four times those of the cell.")]
    [Range(2, 100_000)]
    public int ReferenceSteps { get; init; } = 2048;

    [Description("Deterministic methods: relative and absolute tolerance of a step of the reference.")]
    [Range(1e-13, 1e-3)]
    public double Tolerance { get; init; } = 1e-9;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReferenceSteps % 2 != 0)
            yield return new ValidationResult(
                "referenceSteps must be even, since the reference's own error is told from half as many", [nameof(ReferenceSteps)]);
    }
}

/// <summary>How far samples end from where their paths lead without error: from the same start states, and along the same Brownian paths.</summary>
/// <remarks>
/// The reference of a deterministic method is the probability-flow ODE of the model, solved with step control by an embedded Runge-Kutta method of order 8;
/// that of a stochastic method is the method itself with <c>referenceSteps</c> steps of the same grid. Values, in the data's unit of length:
/// <code>
/// strong-error             (E ‖X − X_ref‖²)^(1/2)
/// strong-error-mean        E ‖X − X_ref‖
/// strong-error-reference   (E ‖X_ref − X_coarser‖²)^(1/2) with the reference of half the steps, or ten times the tolerance: the size of its own error
/// </code>
/// Both errors fall at the method's order along paths. The few samples that end in another mode than their reference weigh most in the first. An error of the
/// start's law enters neither.
/// </remarks>
[Component(ComponentKind.Metric, "strong-error",
    "The distance of samples from where their paths lead when solved much more finely, on the same start states and the same noise.",
    Reference = "Kloeden & Platen 1992, section 9.6", Aliases = ["pathwise-error"])]
public sealed class StrongErrorMetric(StrongErrorOptions options) : IMetric
{
    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => setting.Samples < 2 ? "needs two samples or more" : setting.PathObjection is { } paths
        ? paths(Settings(setting.Samples))
        : "is a property of a sampler, and these samples come without theirs";

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) =>
        [DeclaredValue.Sampled("strong-error"), DeclaredValue.Sampled("strong-error-mean"), DeclaredValue.Sampled("strong-error-reference")];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples come without their sampler, or its paths are not known.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        IReferencePaths paths = input.Paths ?? throw new ArgumentException("strong-error is a property of a sampler, but these samples come without theirs.");
        ReferencePathSettings settings = Settings(input.Samples.shape[0]);
        ReferenceEnds reference = paths.Ends(settings);
        double[] squares = NoiseScales.SquaredDistances(input.Samples.narrow(0, 0, settings.Samples), reference.States);
        double[] own = NoiseScales.SquaredDistances(reference.States, reference.Coarser);
        return
        [
            Root("strong-error", squares) with { Convergence = MetricConvergence.Paths },
            squares.Select(Math.Sqrt).ToArray().ToMetric("strong-error-mean") with { Convergence = MetricConvergence.Paths },
            Root("strong-error-reference", own),
        ];
    }

    private ReferencePathSettings Settings(long samples) => new()
    {
        Samples = (int)Math.Min(samples, options.Rows),
        Tolerance = options.Tolerance,
        Steps = options.ReferenceSteps,
    };

    // The error of a root is that of what stands under it over twice the root.
    private static MetricValue Root(string name, double[] squares)
    {
        MetricValue mean = squares.ToMetric(name);
        double root = Math.Sqrt(mean.Value);
        return mean with { Value = root, StandardError = root > 0 ? mean.StandardError / (2 * root) : mean.StandardError };
    }
}

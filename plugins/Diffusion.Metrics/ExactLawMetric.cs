using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="ExactLawMetric"/>.</summary>
public sealed record ExactLawOptions : ComponentOptions
{
    [Description("Whether means and variances of the output are among the values; in one dimension also skewness and kurtosis.")]
    public bool Moments { get; init; } = true;

    [Description("Whether weight and variance of each component of the target are among the values.")]
    public bool Modes { get; init; } = true;

    [Description("In one dimension: the error of every integral at which its quadrature stops.")]
    [Range(1e-11, 1e-3)]
    public double Tolerance { get; init; } = 1e-9;

    [Description("In two dimensions: the square of this is the largest number of starts that are looked at.")]
    [Range(32, 4096)]
    public int PlanePoints { get; init; } = 320;
}

/// <summary>The law of the sampler itself against the known law of the data, computed rather than estimated from samples.</summary>
/// <remarks>
/// A deterministic run on a fixed grid is a map F of its start, whose output has the density
/// <code>
/// q(y) = Σ p_T(x)/|F′(x)|   over all x with F(x) = y
/// </code>
/// and a stochastic step that adds one normal number to a function m of the state carries a density by p′(y) = ∫ p(x) N(y; m(x), s²) dx. The values are
/// deterministic: repeats and samples do not change them, and their errors are those of the quadrature. <c>docs/exact-laws.md</c> has the formulas, the
/// methods that are covered and what is computed in two dimensions.
/// </remarks>
[Component(ComponentKind.Metric, "exact-law",
    "KL divergences, total variation, Wasserstein distances and folds of the sampler's own law against data that are a known mixture, without samples.",
    Reference = "docs/exact-laws.md")]
public sealed class ExactLawMetric(ExactLawOptions options) : IMetric
{
    private static readonly string[] OnLine =
        ["law-kl", "law-reverse-kl", "law-total-variation", "law-w1", "law-w2", "law-fold-mass", "prior-kl", "prior-w2"];

    private static readonly string[] OnPlane = ["law-kl", "law-total-variation", "law-fold-mass", "prior-kl"];

    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) =>
        setting.LawObjection is { } law ? law() : "needs the sampler, which is not known of these samples";

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue>? Declare(MetricSetting setting) => setting.Data.Mixture is not { } target ? null :
    [
        .. (target.Dimension == 1 ? OnLine : OnPlane).Select(DeclaredValue.Computed),
        .. options.Moments ? Moments(target.Dimension).Select(DeclaredValue.Computed) : [],
        .. options.Modes
            ? Enumerable.Range(1, target.Components.Count).SelectMany(k => new[] { ModeWeight(k), ModeVariance(k) }).Select(DeclaredValue.Computed)
            : [],
    ];

    private static string[] Moments(int dimension) =>
    [
        .. Enumerable.Range(1, dimension).Select(d => OfDimension("law-mean", d, dimension)),
        .. Enumerable.Range(1, dimension).Select(d => OfDimension("law-variance", d, dimension)),
        .. dimension == 1 ? ["law-skewness", "law-kurtosis"] : Array.Empty<string>(),
    ];

    private static string OfDimension(string name, int number, int dimension) => dimension == 1 ? name : FormattableString.Invariant($"{name}-{number}");

    private static string ModeWeight(int number) => FormattableString.Invariant($"law-mode-weight-{number}");

    private static string ModeVariance(int number) => FormattableString.Invariant($"law-mode-variance-{number}");

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples come without their sampler, or its law cannot be computed.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        ISamplerLaw law = input.Law ?? throw new ArgumentException("exact-law needs the sampler, which is not known of these samples.");
        SamplerLawValues values = law.Compare(
            new SamplerLawSettings { Tolerance = options.Tolerance, PlanePoints = options.PlanePoints, Modes = options.Modes });
        List<MetricValue> found = [];
        Add("law-kl", values.Kl);
        Add("law-reverse-kl", values.ReverseKl);
        Add("law-total-variation", values.TotalVariation, MetricConvergence.Law);
        Add("law-w1", values.W1, MetricConvergence.Law);
        Add("law-w2", values.W2, MetricConvergence.Law);
        Add("law-fold-mass", values.FoldMass);
        Add("prior-kl", values.PriorKl);
        Add("prior-w2", values.PriorW2);
        if (options.Moments)
        {
            AddEach("law-mean", values.Mean);
            AddEach("law-variance", values.Variance);
            Add("law-skewness", values.Skewness);
            Add("law-kurtosis", values.Kurtosis);
        }

        for (int k = 0; options.Modes && k < values.Modes.Count; k++)
        {
            Add(ModeWeight(k + 1), values.Modes[k].Weight);
            Add(ModeVariance(k + 1), values.Modes[k].Variance);
        }

        return found;

        void Add(string name, LawValue? value, MetricConvergence convergence = MetricConvergence.Unknown)
        {
            if (value is { } number)
                found.Add(new MetricValue(name, number.Value, number.Error, values.Points)
                {
                    Goal = number.Target is { } target ? MetricGoal.Near(target) : MetricGoal.Smaller,
                    ErrorKind = MetricErrorKind.Quadrature,
                    Convergence = convergence,
                });
        }

        void AddEach(string name, IReadOnlyList<LawValue> numbers)
        {
            for (int d = 0; d < numbers.Count; d++)
                Add(OfDimension(name, d + 1, numbers.Count), numbers[d]);
        }
    }
}

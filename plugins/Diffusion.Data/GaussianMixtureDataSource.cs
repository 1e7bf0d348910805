using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>Options of <see cref="GaussianMixtureDataSource"/>.</summary>
public sealed record GaussianMixtureDataOptions : ComponentOptions, IValidatableObject
{
    /// <summary>A mixture with a name.</summary>
    [Description("A named mixture; left out when the means are given.")]
    public MixturePreset Preset { get; init; }

    /// <summary>μ_k.</summary>
    [Description("The components' means: one array per component.")]
    public double[][] Means { get; init; } = [];

    /// <summary>w_k.</summary>
    [Description("The components' weights, normalised to sum to 1; empty for equal weights.")]
    public double[] Weights { get; init; } = [];

    /// <summary>s_k.</summary>
    [Description("Standard deviations of isotropic components: one for each or one for all. With a preset they replace its own.")]
    public double[] StandardDeviations { get; init; } = [];

    /// <summary>C_k.</summary>
    [Description("Full covariances: one array of D² entries per component, row by row.")]
    public double[][] Covariances { get; init; } = [];

    /// <summary>Training rows.</summary>
    [Range(1, 10_000_000)]
    [Description("Training rows.")]
    public int Count { get; init; } = 10_000;

    /// <summary>Rows to compare samples with.</summary>
    [Range(1, 10_000_000)]
    [Description("Reference rows that samples are compared with, drawn separately from the training rows.")]
    public int ReferenceCount { get; init; } = 4_000;

    /// <summary>Seed of the draws.</summary>
    [Description("Seed of the draws.")]
    public long Seed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? problem = null;
        try
        {
            Mixture();
        }
        catch (ArgumentException e)
        {
            problem = e.Message;
        }

        if (problem is not null)
            yield return new ValidationResult(problem, [nameof(Means)]);
    }

    /// <summary>The mixture that these options describe.</summary>
    /// <exception cref="ArgumentException">They do not describe one.</exception>
    internal GaussianMixture Mixture()
    {
        GaussianMixture mixture = Chosen();
        MixtureRows.CheckSize(mixture.Dimension, Count, ReferenceCount);
        return mixture;
    }

    private GaussianMixture Chosen()
    {
        if (Preset == MixturePreset.None)
            return GaussianMixture.FromArrays(Means, Weights, StandardDeviations, Covariances);
        if (Means.Length > 0 || Covariances.Length > 0)
            throw new ArgumentException("Give either a preset or means, not both.");

        (double[][] means, double deviation) = Preset switch
        {
            MixturePreset.Grid25 => (Grid(), 0.05 / 2.828),
            _ => (Ring(), 0.02 / 1.414),
        };
        return GaussianMixture.FromArrays(means, Weights, StandardDeviations.Length > 0 ? StandardDeviations : [deviation], []);
    }

    private static double[][] Grid() =>
        [.. from i in Enumerable.Range(-2, 5) from j in Enumerable.Range(-2, 5) select new[] { 2 * i / 2.828, 2 * j / 2.828 }];

    private static double[][] Ring() =>
        [.. Enumerable.Range(0, 8).Select(k => new[] { 2 / 1.414 * Math.Cos(k * Math.PI / 4), 2 / 1.414 * Math.Sin(k * Math.PI / 4) })];
}

/// <summary>Draws from a Gaussian mixture Σ_k w_k N(μ_k, C_k): data whose score is known in closed form. Shape (N, D).</summary>
/// <remarks>
/// A row is a function of seed and row number alone: more rows leave the first ones as they are, and training and reference rows come from
/// separate streams. The rows are not standardised; the mixture in the description is in their units.
/// </remarks>
[Component(ComponentKind.Data, "gaussian-mixture", "Draws from a Gaussian mixture, named or given by weights, means and covariances.",
    Reference = "Presets: Gulrajani et al. 2017, Improved Training of Wasserstein GANs")]
[Variant("preset=ring8")]
public sealed class GaussianMixtureDataSource(GaussianMixtureDataOptions options) : IDataGenerator
{
    /// <inheritdoc/>
    public DataSet Load()
    {
        GaussianMixture mixture = options.Mixture();
        return new MixtureRows(mixture, options.Seed).Load(
            options.Preset == MixturePreset.None ? "gaussian-mixture" : options.Preset.ToString().ToLowerInvariant(),
            FormattableString.Invariant($"{mixture.Components.Count} Gaussians in {mixture.Dimension} dimensions, seed {options.Seed}"),
            options.Count,
            options.ReferenceCount);
    }

    /// <inheritdoc/>
    public Tensor Draw(int count, long stream) => new MixtureRows(options.Mixture(), options.Seed).Draw(count, stream);
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>Options of <see cref="RandomMixtureDataSource"/>.</summary>
public sealed record RandomMixtureDataOptions : ComponentOptions, IValidatableObject
{
    [Description("Number of modes.")]
    [Range(1, 10_000)]
    public int Modes { get; init; } = 4;

    [Description("Number of dimensions.")]
    [Range(1, 1000)]
    public int Dimension { get; init; } = 1;

    [Description("Standard deviation of the modes' means in a dimension.")]
    [Range(0, 1e6)]
    public double Spread { get; init; } = 1.5;

    [Description("Standard deviation of a mode, in the geometric mean over modes.")]
    [Range(1e-6, 1e6)]
    public double StandardDeviation { get; init; } = 0.2;

    [Description("How the standard deviations of modes differ: the standard deviation of their logarithms.")]
    [Range(0.0, 10)]
    public double DeviationSpread { get; init; }

    [Description("How the weights of modes differ: the standard deviation of their logarithms.")]
    [Range(0.0, 20)]
    public double WeightSpread { get; init; }

    [Description("Seed of the mixture: its means, standard deviations and weights.")]
    public long MixtureSeed { get; init; }

    [Range(1, 10_000_000)]
    [Description("Training rows.")]
    public int Count { get; init; } = 10_000;

    [Range(1, 10_000_000)]
    [Description("Reference rows that samples are compared with, drawn separately from the training rows.")]
    public int ReferenceCount { get; init; } = 4_000;

    [Description("Seed of the draws.")]
    public long Seed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? problem = null;
        try
        {
            MixtureRows.CheckSize(Dimension, Count, ReferenceCount);
        }
        catch (ArgumentException e)
        {
            problem = e.Message;
        }

        if (problem is not null)
            yield return new ValidationResult(problem, [nameof(Count)]);
    }

    /// <summary>The mixture that these options describe.</summary>
    internal GaussianMixture Mixture()
    {
        // A stream that no row uses.
        var random = new CounterNormal(MixtureSeed, ulong.MaxValue);
        double[] normal = new double[Dimension + 2];
        return new([.. Enumerable.Range(0, Modes).Select(k =>
        {
            random.FillNormal(normal, k, 0);
            return GaussianComponent.Isotropic(
                Math.Exp(WeightSpread * normal[0]),
                [.. normal[2..].Select(value => Spread * value)],
                StandardDeviation * Math.Exp(DeviationSpread * normal[1]));
        })]);
    }
}

/// <summary>Draws from a Gaussian mixture that is itself drawn from a seed: problems of graded difficulty whose score is known. Shape (N, D).</summary>
/// <remarks>
/// Mode k has the mean spread · z, z ~ N(0, I), the standard deviation s e^(d a) and a weight in proportion to e^(w b), with a and b standard normal
/// numbers and d, w the spreads of the logarithms. The mixture is a function of these options and <c>mixtureSeed</c> alone; its modes are isotropic.
/// </remarks>
[Component(ComponentKind.Data, "random-mixture", "Draws from a Gaussian mixture that is itself drawn from a seed.")]
[Variant("modes=7", "dimension=2", "deviationSpread=0.5", "weightSpread=1")]
public sealed class RandomMixtureDataSource(RandomMixtureDataOptions options) : IDataGenerator
{
    private readonly MixtureRows _rows = new(options.Mixture(), options.Seed);

    /// <inheritdoc/>
    public DataSet Load() => _rows.Load(
        "random-mixture",
        FormattableString.Invariant($"{options.Modes} Gaussians in {options.Dimension} dimensions drawn with seed {options.MixtureSeed}, seed {options.Seed}"),
        options.Count,
        options.ReferenceCount);

    /// <inheritdoc/>
    public Tensor Draw(int count, long stream) => _rows.Draw(count, stream);
}

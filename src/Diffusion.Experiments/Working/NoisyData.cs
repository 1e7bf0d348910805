
using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>What states of a sampler are compared with at a noise level: rows α x₀ + σ ε of the exact law there.</summary>
/// <param name="Description">What the data are at that level: the law of the noisy data where it is known, and their units.</param>
/// <param name="Reference">Reference rows at that level.</param>
/// <param name="ScaleRows">Rows at that level from which metrics take a scale of their own, the same in all repeats.</param>
/// <param name="ReferenceIsPopulation">Whether the rows are the law itself, which noise leaves no finite number of rows to be.</param>
internal sealed record NoisyData(DataDescription Description, ReferenceRows Reference, Tensor ScaleRows, bool ReferenceIsPopulation)
{
    /// <summary>
    /// What data are at a level. In their own units a row is mean + scale · x, and so a state of the same process in these units is α · mean + scale · x_t.
    /// </summary>
    public static DataDescription DescriptionAt(DataDescription data, NoiseLevel level) => data with
    {
        Standardization = data.Standardization is { } unit ? new([.. unit.Mean.Select(mean => level.Alpha * mean)], unit.Scale) : null,
        Mixture = data.Mixture?.At(level),
    };

    /// <summary>Whether a level is that of the data themselves.</summary>
    public static bool IsOfData(NoiseLevel level) => level is { Sigma: 0, Alpha: 1 };
}

using static TorchSharp.torch;

namespace Diffusion;

/// <summary>What is known of a metric's input before there are samples.</summary>
public sealed record MetricSetting
{
    /// <summary>How many samples there will be.</summary>
    public required long Samples { get; init; }

    /// <summary>Reference rows, float64, shape (M, …): not the metric's to change or dispose.</summary>
    public required Tensor Reference { get; init; }

    /// <summary>
    /// Rows that the model is made from, float64, shape (K, …); null where it sees none: not the metric's to change or dispose.
    /// </summary>
    public Tensor? TrainingRows { get; init; }

    /// <summary>
    /// Says why the law of the sampler cannot be computed, as a clause to follow a metric's name; null where it can. Null itself where nothing is known of the
    /// sampler.
    /// </summary>
    public Func<string?>? LawObjection { get; init; }

    /// <summary>
    /// Says why the exact estimates are not known at some noise levels σ/α (none: at those of the schedule), as a clause to follow a metric's name; null where
    /// they are. Null itself where nothing is known of the model.
    /// </summary>
    public Func<IReadOnlyList<double>, string?>? DenoisingObjection { get; init; }

    /// <summary>
    /// Says why there are no reference paths, as a clause to follow a metric's name; null where there are. Null itself where nothing is known of the sampler.
    /// </summary>
    public Func<ReferencePathSettings, string?>? PathObjection { get; init; }

    /// <summary>Gives the schedule of the model. Null where nothing is known of the model.</summary>
    public Func<NoiseSchedule>? Schedule { get; init; }

    /// <summary>What the data are.</summary>
    public required DataDescription Data { get; init; }
}

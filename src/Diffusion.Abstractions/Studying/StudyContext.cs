using static TorchSharp.torch;

namespace Diffusion;

/// <summary>What a study runs with.</summary>
public sealed record StudyContext : StudySetting
{
    /// <summary>The score model, trained where it learns; null where the manifest states none.</summary>
    public IDenoiser? Model { get; init; }

    /// <summary>
    /// Randomness of the repeat: a function of the manifest's seed and the repeat alone, so that cells that differ in the study's options share it.
    /// </summary>
    public required INoiseSource Randomness { get; init; }

    /// <summary>Type of the model's state and parameters. What a study computes by itself is float64.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float64;

    /// <summary>Device of the model's tensors.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Cancelled when the user stops the sweep. A study that takes more than a second looks at it now and then.</summary>
    public CancellationToken Cancellation { get; init; }
}

using Diffusion.Core.Randomness;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Sampling;

/// <summary>Draws a whole set of samples in batches. The split does not change a single number.</summary>
public sealed record SamplingRun
{
    /// <summary>What to integrate.</summary>
    public required SamplingProblem Problem { get; init; }

    /// <summary>Number of samples N.</summary>
    public required long Samples { get; init; }

    /// <summary>Shape of one sample, without the batch.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>Seed and repeat.</summary>
    public required NoiseKey Noise { get; init; }

    /// <summary>The law of the start in place of N(0, σ_T² I); of as many dimensions as a sample has numbers.</summary>
    public GaussianMixture? Start { get; init; }

    /// <summary>Samples that are integrated together.</summary>
    public long BatchSize { get; init; } = 4096;

    /// <summary>Type of the state.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float32;

    /// <summary>Where the state lives.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>
    /// Places of the levels whose states are kept, from 0, the start, rising; none unless stated, and none for a method that chooses its own steps. The samples
    /// do not depend on it.
    /// </summary>
    public IReadOnlyList<int> Kept { get; init; } = [];

    /// <summary>
    /// Integrates x_T = σ_T z, z ~ N(0, I), or a draw from <see cref="Start"/>, back along the levels. Returns float64 samples on the CPU, shape (N, …), and
    /// the evaluations a sample cost (on average, where samples choose their own steps). The states of <see cref="Kept"/> are the outcome's trajectory, float64
    /// on the CPU, each of shape (N, …).
    /// </summary>
    /// <inheritdoc cref="SamplingLoop.Run(SamplingProblem, Tensor, INoiseSource, bool, CancellationToken)" path="/exception"/>
    public SamplingOutcome Execute(CancellationToken cancellationToken = default)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> batches = [];
        HashSet<int> kept = [.. Kept];
        List<Tensor>[] states = [.. Kept.Select(_ => new List<Tensor>())];
        double evaluations = 0;
        TimeSpan modelTime = TimeSpan.Zero;
        double[] magnitudes = [];
        for (long first = 0; first < Samples; first += BatchSize)
        {
            using DisposeScope batch = NewDisposeScope();
            var noise = new PhiloxNoiseSource(Noise, first, Problem.Schedule.Horizon);
            Tensor template = empty([Math.Min(BatchSize, Samples - first), .. Shape], dtype: Dtype, device: Device);
            Tensor start = Start is null ? noise.Initial(template).mul_(Problem.Levels[0].Sigma) : noise.Initial(template, Start);
            SamplingOutcome outcome = SamplingLoop.Run(Problem, start, noise, kept, cancellationToken);
            evaluations += outcome.Evaluations * outcome.State.shape[0];
            modelTime += outcome.ModelTime;
            magnitudes = magnitudes.Length == 0 ? [.. outcome.Magnitudes] : [.. magnitudes.Zip(outcome.Magnitudes, Math.Max)];
            batches.Add(batch.MoveToOuter(outcome.State.to(ScalarType.Float64).cpu()));
            foreach ((List<Tensor> own, Tensor state) in states.Zip(outcome.Trajectory))
                own.Add(batch.MoveToOuter(state.to(ScalarType.Float64).cpu()));
        }

        Tensor[] trajectory = [.. states.Select(own => scope.MoveToOuter(cat(own, 0)))];
        return new SamplingOutcome(scope.MoveToOuter(cat(batches, 0)), evaluations / Samples, trajectory)
        {
            Magnitudes = magnitudes,
            ModelTime = modelTime,
        };
    }
}

using static TorchSharp.torch;

namespace Diffusion;

/// <summary>What a solver gets for one step from <see cref="From"/> to the less noisy <see cref="To"/>.</summary>
public readonly record struct SolverStep
{
    /// <summary>The state at <see cref="From"/>, shape (B, …). Not the solver's to dispose or to change in place.</summary>
    public required Tensor X { get; init; }

    /// <summary>The level of <see cref="X"/> (s in the formulas).</summary>
    public required NoiseLevel From { get; init; }

    /// <summary>The level to reach (t in the formulas); σ may be 0.</summary>
    public required NoiseLevel To { get; init; }

    /// <summary>The process, for its rates and for levels between grid points.</summary>
    public required NoiseSchedule Schedule { get; init; }

    /// <summary>Which step this is, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>How many steps the run has.</summary>
    public required int Count { get; init; }

    /// <summary>
    /// Past evaluations, newest first, at most as many as the solver's traits ask for. Every call of the denoiser is recorded, so read
    /// what came before a step before making the step's own calls.
    /// </summary>
    public required IReadOnlyList<Evaluation> History { get; init; }

    /// <summary>The run's randomness.</summary>
    public required INoiseSource Noise { get; init; }
}

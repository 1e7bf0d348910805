using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// A sampling method whose step knows its own error, so that the engine can choose how long steps are. The grid then gives only the range:
/// from its first level to the smallest noise before σ = 0, and a last step to σ = 0 where it ends there.
/// </summary>
/// <remarks>
/// <see cref="ISolver.Step"/> of such a method is its uncontrolled step; it also makes the last step to σ = 0, with one evaluation. A run is
/// controlled where <see cref="SolverTraits.IsAdaptive"/> says so. Stateless, like every solver: what must survive an attempt is in
/// <see cref="AdaptiveTrial"/>.
/// </remarks>
public interface IAdaptiveSolver : ISolver
{
    /// <summary>How its steps are chosen.</summary>
    StepControl Control { get; }

    /// <summary>What every step from a state begins with, by one evaluation; repeated attempts share it. Shape of <paramref name="x"/>, (B, …).</summary>
    /// <param name="x">The state.</param>
    /// <param name="levels">Its levels.</param>
    /// <param name="samples">Which samples of the run's batch the rows of <paramref name="x"/> are.</param>
    /// <param name="schedule">The process.</param>
    /// <param name="denoiser">The model.</param>
    Tensor Slope(Tensor x, NoiseLevels levels, IReadOnlyList<int> samples, NoiseSchedule schedule, IDenoiser denoiser);

    /// <summary>One attempt, with an estimate of its error.</summary>
    AdaptiveTrial Try(AdaptiveStep step, IDenoiser denoiser);
}

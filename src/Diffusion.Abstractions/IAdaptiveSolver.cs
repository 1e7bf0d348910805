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

    /// <summary>What every step from <paramref name="x"/> begins with, by one evaluation; repeated attempts share it. Shape of <paramref name="x"/>, (B, …).</summary>
    Tensor Slope(Tensor x, NoiseLevels levels, NoiseSchedule schedule, IDenoiser denoiser);

    /// <summary>One attempt, with an estimate of its error.</summary>
    AdaptiveTrial Try(AdaptiveStep step, IDenoiser denoiser);
}

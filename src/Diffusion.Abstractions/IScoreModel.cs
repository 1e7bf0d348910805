namespace Diffusion;

/// <summary>
/// A score model: the time-dependent denoiser of some data. Implementations condition on the level alone (α and σ), never on the schedule,
/// so that one model serves every Gaussian path: D under (α, σ) at x equals the variance-exploding D at x/α with noise σ/α.
/// </summary>
public interface IScoreModel : IDenoiser;

namespace Diffusion.Solvers;

/// <summary>The step from level to level of a predictor-corrector method.</summary>
public enum SamplingPredictor
{
    /// <summary>Reverse diffusion, as published.</summary>
    ReverseDiffusion,

    /// <summary>Euler-Maruyama.</summary>
    EulerMaruyama,

    /// <summary>Ancestral sampling.</summary>
    Ancestral,

    /// <summary>DDIM.</summary>
    Ddim,

    /// <summary>None: the state is handed on as it is, and the correctors do all the work.</summary>
    None,
}

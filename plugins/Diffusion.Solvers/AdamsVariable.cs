namespace Diffusion.Solvers;

/// <summary>The variable in which a linear multistep method integrates the probability-flow ODE, and with it the slope that it extrapolates.</summary>
public enum AdamsVariable
{
    /// <summary>x/α against σ̂ = σ/α: the slope is ε̂ (k-diffusion's and diffusers' LMS, azula's zAB, DEIS's ρAB, iPNDM-v).</summary>
    NoiseToSignal,

    /// <summary>x/(α + σ) against σ/(α + σ): the slope is ε̂ − D, that of the straight path (azula's vAB). Bounded at both ends of any process.</summary>
    Rectified,

    /// <summary>x against the process's own time: the slope is the velocity f x − ½ g² s.</summary>
    Time,
}

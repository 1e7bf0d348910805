namespace Diffusion.Studies.Forward;

/// <summary>A process that is simulated forward.</summary>
public enum ForwardDynamics
{
    /// <summary>dx = f x dt + g dW of the manifest's schedule, from x = 1.</summary>
    Schedule,

    /// <summary>dx = −V′(x) dt + √2 dW with V(x) = (x² − 1)², from its stationary law.</summary>
    DoubleWell,

    /// <summary>dx = −(I + 2 J) x dt + √2 dW in the plane, J a quarter turn, from (1, 0).</summary>
    RotatingOrnsteinUhlenbeck,

    /// <summary>dx = ¼ x dt + ½ x dW from 1; compared by its logarithm.</summary>
    GeometricBrownian,

    /// <summary>dx = v dt, dv = −v dt + √2 dW from x = 0, v = 1; compared by its position.</summary>
    Langevin,

    /// <summary>Jumps of N(0, 1) at rate 1, from 0: no diffusion.</summary>
    CompoundPoisson,
}

namespace Diffusion.Studies.TimeReversal;

/// <summary>The process that is reversed.</summary>
public enum ReversedProcessKind
{
    /// <summary>dY = −Y dt + √2 dB: a constant diffusion coefficient.</summary>
    OrnsteinUhlenbeck,

    /// <summary>dY = (1 + t) dB: one that depends on time.</summary>
    GrowingNoise,

    /// <summary>dY = ¼ Y dt + ½ Y dB: one that depends on the state.</summary>
    GeometricBrownian,

    /// <summary>dY = −V′(Y) dt + √2 dB with V(y) = (y² − 1)² from its stationary law: Langevin, which is reversible.</summary>
    DoubleWell,
}

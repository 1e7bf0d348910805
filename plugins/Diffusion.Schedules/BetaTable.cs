namespace Diffusion.Schedules;

/// <summary>The tables of noise rates in use.</summary>
public enum BetaTable
{
    /// <summary>β_k in equal steps.</summary>
    Linear,

    /// <summary>√β_k in equal steps.</summary>
    ScaledLinear,

    /// <summary>β_k from a squared cosine, at most 0.999.</summary>
    Cosine,

    /// <summary>β_k a sigmoid of equal steps from −6 to 6.</summary>
    Sigmoid,
}

namespace Diffusion;

/// <summary>The size that an error is compared with, from the absolute tolerance a, the relative tolerance r and the state's magnitude |x|.</summary>
public enum ErrorScale
{
    /// <summary>a + r |x| (Hairer, Nørsett &amp; Wanner 1993, II.4).</summary>
    Sum,

    /// <summary>max(a, r |x|) (Jolicoeur-Martineau et al. 2021; DPM-Solver).</summary>
    Larger,
}

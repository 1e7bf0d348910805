namespace Diffusion.Solvers;

/// <summary>How the adaptive DPM-Solvers choose their steps in λ.</summary>
public enum DpmStepRule
{
    /// <summary>
    /// k-diffusion's: factor 1 + arctan(PID − 1) with no safety factor, accepted from 0.81 on. Of a coupled batch the error is the root mean square.
    /// </summary>
    Pid,

    /// <summary>The paper's: h ← 0.9 h E^(−1/p), accepted when E ≤ 1. Of a coupled batch the error is the largest sample's.</summary>
    Elementary,
}

namespace Diffusion.Certification;

/// <summary>What a measurement says about a claim.</summary>
public enum Verdict
{
    /// <summary>The claim holds.</summary>
    Pass,

    /// <summary>The claim does not hold, or the measurement is too wide to say.</summary>
    Fail,
}

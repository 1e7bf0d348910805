namespace Diffusion.Experiments.Components;

/// <summary>A place on a noising process, as manifests state it.</summary>
/// <param name="Value">The time t in the process's own unit, or the noise scale σ/α.</param>
/// <param name="IsNoise">Whether it is a noise scale.</param>
public readonly record struct ProcessTime(double Value, bool IsNoise = false)
{
    /// <summary>The key under which manifests state a noise scale.</summary>
    internal const string NoiseKey = "sigma";

    private const string TimeName = "t";

    /// <summary>"t=0.5", "sigma=2".</summary>
    public override string ToString() => $"{(IsNoise ? NoiseKey : TimeName)}={NumberText.Format(Value)}";
}

namespace Diffusion.Experiments.Claims;

/// <summary>Where a number is claimed to lie.</summary>
/// <param name="Low">The lower end, which belongs to it; null for none.</param>
/// <param name="High">The upper end; null for none.</param>
/// <param name="IsBelowHigh">Whether the upper end does not belong to it.</param>
public readonly record struct Region(double? Low, double? High, bool IsBelowHigh = false)
{
    /// <summary>Whether nothing lies in it.</summary>
    public bool IsEmpty => Low > High;

    /// <summary>Whether a number lies in it.</summary>
    public bool Contains(double value) => !(value < Low) && (IsBelowHigh ? !(value >= High) : !(value > High));

    /// <summary>For people: "in [0, 0.001]", "≤ 0.5", "&lt; 0".</summary>
    public override string ToString() => (Low, High) switch
    {
        ({ } low, { } high) => $"in [{ClaimText.Show(low)}, {ClaimText.Show(high)}]",
        ({ } low, null) => $"≥ {ClaimText.Show(low)}",
        (null, { } high) => $"{(IsBelowHigh ? "<" : "≤")} {ClaimText.Show(high)}",
        _ => "anywhere",
    };
}

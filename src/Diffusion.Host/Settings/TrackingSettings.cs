namespace Diffusion.Host.Settings;

/// <summary>The tracker's settings.</summary>
internal sealed record TrackingSettings
{
    /// <summary>What a user says to track nothing.</summary>
    public const string None = "none";

    /// <summary>The tracker's name; null for the default one.</summary>
    public string? Use { get; init; }

    /// <summary>The address of its store, or "none"; null leaves it to the tracker.</summary>
    public string? Uri { get; init; }

    /// <summary>Whether each cell is a tracked run of its own, below that of its configuration.</summary>
    public bool Cells { get; init; }
}

namespace Diffusion.Host.Settings;

/// <summary>The tracker's settings.</summary>
internal sealed record TrackingSettings
{
    /// <summary>MLflow's tracking URI, or "none".</summary>
    public string? Uri { get; init; }
}

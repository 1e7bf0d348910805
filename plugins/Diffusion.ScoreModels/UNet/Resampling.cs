namespace Diffusion.ScoreModels.UNet;

/// <summary>What a block does to height and width.</summary>
internal enum Resampling
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Halves them: means of 2 × 2 pixels.</summary>
    Down,

    /// <summary>Doubles them: each pixel four times.</summary>
    Up,
}

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How values between the given ones are found.</summary>
    public enum UpsampleMode
    {
        Nearest,
        Linear,
        Bilinear,
        Bicubic,
        Trilinear,
    }
}

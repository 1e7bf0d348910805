namespace TorchSharp;

public static partial class torch
{
    /// <summary>How values between the given ones are found.</summary>
    public enum InterpolationMode
    {
        Nearest,
        Linear,
        Bilinear,
        Bicubic,
        Trilinear,
        Area,
        NearestExact,
    }
}

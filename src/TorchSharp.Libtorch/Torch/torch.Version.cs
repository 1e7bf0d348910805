namespace TorchSharp;

public static partial class torch
{
    /// <summary>The version of this assembly; <c>LibtorchEngine.Facts</c> has libtorch's.</summary>
    public static string __version__ => typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}

namespace TorchSharp;

/// <summary>What padding is filled with.</summary>
public enum PaddingModes
{
    Zeros,
    Reflect,
    Replicate,
    Circular,
    Constant,
}

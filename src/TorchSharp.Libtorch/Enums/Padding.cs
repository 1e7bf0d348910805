namespace TorchSharp;

/// <summary>How a convolution pads: not at all, or so that the size stays.</summary>
public enum Padding
{
    Valid,
    Same,
}

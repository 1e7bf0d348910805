namespace Diffusion.Tests.Running;

/// <summary>What comes of a computation that leaves the range of numbers.</summary>
public enum Overflow
{
    /// <summary>It does not leave it.</summary>
    None,

    /// <summary>NaN.</summary>
    Undefined,

    /// <summary>−∞.</summary>
    Infinite,
}

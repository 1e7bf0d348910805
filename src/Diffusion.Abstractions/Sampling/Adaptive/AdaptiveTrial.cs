using static TorchSharp.torch;

namespace Diffusion;

/// <summary>What came out of one attempt. The engine accepts it or tries a shorter step.</summary>
public sealed record AdaptiveTrial
{
    /// <summary>The state at the levels to reach, shape (B, …), without <see cref="FreshNoise"/>.</summary>
    public required Tensor State { get; init; }

    /// <summary>The estimated error, shape of <see cref="State"/>.</summary>
    public required Tensor Error { get; init; }

    /// <summary>
    /// A second, coarser estimate e₃ that tempers the first, e₅ (Hairer, Nørsett &amp; Wanner 1993, II.10, for DOP853): their norms make
    /// E = ‖e₅‖²/√(‖e₅‖² + ‖e₃‖²/100).
    /// </summary>
    public Tensor? CoarseError { get; init; }

    /// <summary>
    /// What the error is compared with, together with the same of the step before (at first, the start itself): the new state of most
    /// methods, the lower-order one of some. Shape of <see cref="State"/>.
    /// </summary>
    public required Tensor Compared { get; init; }

    /// <summary>The slope at <see cref="State"/> where the attempt has found it (first same as last), so that the next step need not.</summary>
    public Tensor? EndSlope { get; init; }

    /// <summary>Standard deviation of the noise that an accepted step adds, by row (row 0 for all where levels are uniform); null for none.</summary>
    public Func<int, double>? FreshNoise { get; init; }
}

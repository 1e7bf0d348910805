using Diffusion.Studies.Forward;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>The moment over the square of the time, not over the time.</summary>
public sealed class TimeTwice(KramersMoyalOptions options) : KramersMoyalStudy(options)
{
    private double Time { get; } = options.Lag;

    /// <inheritdoc/>
    protected override double Divisor(int m) => Time * base.Divisor(m);
}

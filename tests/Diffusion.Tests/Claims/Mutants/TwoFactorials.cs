using Diffusion.Studies.Forward;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>1/m! twice, as notes have it.</summary>
public sealed class TwoFactorials(KramersMoyalOptions options) : KramersMoyalStudy(options)
{
    /// <inheritdoc/>
    protected override double Divisor(int m) => base.Divisor(m) * base.Divisor(m);
}

using Diffusion.Studies.JumpProcesses;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>Stays with the right mean whose length is not exponential, so that the future depends on more than the state.</summary>
public sealed class UnevenStay(JumpProcessOptions options) : JumpProcessStudy(options)
{
    /// <inheritdoc/>
    protected override double Stay(double rate, double uniform) => Math.Pow(-Math.Log(uniform), 3) / (6 * rate);
}

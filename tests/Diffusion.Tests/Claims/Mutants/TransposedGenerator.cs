using Diffusion.Studies.JumpProcesses;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>Q p for p Q.</summary>
public sealed class TransposedGenerator(JumpProcessOptions options) : JumpProcessStudy(options)
{
    /// <inheritdoc/>
    protected override double[] MasterEquation(double[][] rates, double[] law) => [.. rates.Select(row => row.Zip(law, (rate, p) => rate * p).Sum())];
}

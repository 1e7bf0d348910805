using Diffusion.Studies.JumpProcesses;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>I + Q t for e^(Qt).</summary>
public sealed class FirstOrderTransition(JumpProcessOptions options) : JumpProcessStudy(options)
{
    /// <inheritdoc/>
    protected override double[,] Transition(double[][] rates, double time)
    {
        double[,] transition = new double[rates.Length, rates.Length];
        for (int i = 0; i < rates.Length; i++)
        {
            for (int j = 0; j < rates.Length; j++)
                transition[i, j] = (i == j ? 1 : 0) + (time * rates[i][j]);
        }

        return transition;
    }
}

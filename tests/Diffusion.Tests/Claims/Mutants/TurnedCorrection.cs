using static TorchSharp.torch;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A sign: what a method of higher order adds to a step of order 1 is taken away.</summary>
public sealed class TurnedCorrection<TSolver, TOptions>(TOptions options) : MutantSolver<TSolver, TOptions>(options)
    where TSolver : ISolver
    where TOptions : ComponentOptions
{
    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        FirstPrediction first = new(denoiser);
        Tensor end = Sound.Step(step, first);
        return (2 * first.Straight(step.To)) - end;
    }
}

using static TorchSharp.torch;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A sign: the score points away from the data.</summary>
public sealed class TurnedScore<TSolver, TOptions>(TOptions options) : MutantSolver<TSolver, TOptions>(options)
    where TSolver : ISolver
    where TOptions : ComponentOptions
{
    /// <inheritdoc/>
    public override Tensor Step(in SolverStep step, IDenoiser denoiser) => Sound.Step(step, new Turned(denoiser));

    private sealed class Turned(IDenoiser denoiser) : IDenoiser
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Noise, -denoiser.Predict(x, levels).Epsilon, x, levels);
    }
}

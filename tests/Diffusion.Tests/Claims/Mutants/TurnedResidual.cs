using Diffusion.Solvers;

using static TorchSharp.torch;

namespace Diffusion.Tests.Claims.Mutants;

/// <summary>A sign: in the data's frame, what a step of higher order adds to one of order 1 is taken away.</summary>
public sealed class TurnedResidual(GaussianFrameOptions options, DataDescription? data = null) : ISolver
{
    private readonly GaussianFrameSolver _sound = new(options, data), _first = new(options with { Order = 1 }, data);

    /// <inheritdoc/>
    public SolverTraits Traits => _sound.Traits;

    /// <inheritdoc/>
    public string? Objection(NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels) => _sound.Objection(schedule, levels);

    /// <inheritdoc/>
    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        FirstPrediction first = new(denoiser);
        Tensor end = _sound.Step(step, first);
        return (2 * _first.Step(step, new Known(first.Prediction!))) - end;
    }

    private sealed class Known(Prediction prediction) : IDenoiser
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => prediction;
    }
}

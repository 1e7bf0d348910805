using static TorchSharp.torch;

namespace Diffusion.Certification.Manners;

/// <summary>
/// A method in the engine's loop whose every step is watched. Where it breaks a manner, a copy of the state stands in, so that the run can go on.
/// </summary>
internal sealed class WatchedSolver(ISolver solver, MannersTally tally) : ISolver
{
    public SolverTraits Traits => solver.Traits;

    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        Tensor lent = step.X.clone();
        var asked = new RememberingDenoiser(denoiser);
        Tensor? next = solver.Step(step with { X = lent }, asked);
        tally.NoteLent("the state", lent, step.X);
        bool isSound = tally.NoteTensor("the next state", next, step.X, [lent, .. asked.Emitted]);
        tally.Note("breaches: leaves the model's predictions undisposed", !asked.Emitted.Any(tensor => tensor.IsInvalid));
        return isSound && !asked.Emitted.Any(tensor => tensor.IsInvalid) ? next! : step.X.clone();
    }
}

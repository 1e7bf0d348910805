using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Core.Likelihood;

/// <summary>The probability-flow ODE with the integral of its divergence as further numbers of the state: rows [x, ∫ div u dt, …], shape (B, D + n).</summary>
/// <param name="tableau">The Runge-Kutta method.</param>
/// <param name="control">Its step control, in time.</param>
/// <param name="shape">Shape of one sample.</param>
/// <param name="probes">
/// Hutchinson's probes, shape (B, D) each, for n integrals; empty for the exact trace, n = 1; null for the flow alone, n = 0.
/// </param>
internal sealed class DivergenceFlow(EmbeddedTableau tableau, StepControl control, long[] shape, IReadOnlyList<Tensor>? probes) : IAdaptiveSolver
{
    private readonly EmbeddedRungeKutta _method = new(tableau);
    private readonly long _dimension = shape.Aggregate(1L, (product, size) => product * size);

    public SolverTraits Traits { get; } = new() { Order = tableau.Order, EvaluationsPerStep = tableau.Nodes.Count, IsAdaptive = true };

    public StepControl Control => control;

    public Tensor Slope(Tensor x, NoiseLevels levels, IReadOnlyList<int> samples, NoiseSchedule schedule, IDenoiser denoiser)
    {
        Tensor state = x.narrow(1, 0, _dimension);
        if (probes is null)
            return denoiser.Predict(Shaped(state), levels).Velocity(schedule).reshape(state.shape);

        using IDisposable withGradient = enable_grad();
        Tensor leaf = state.detach().clone().requires_grad_();
        Tensor velocity = denoiser.Predict(Shaped(leaf), levels).Velocity(schedule).reshape(state.shape);
        Tensor[] divergences = probes.Count == 0 ? [Trace(velocity, leaf)] : [.. probes.Select(probe => Quadratic(velocity, leaf, Rows(probe, samples)))];
        return cat([velocity.detach(), .. divergences], 1);
    }

    public AdaptiveTrial Try(AdaptiveStep step, IDenoiser denoiser) =>
        _method.Try(step, (x, levels) => Slope(x, levels, step.Samples, step.Schedule, denoiser));

    public Tensor Step(in SolverStep step, IDenoiser denoiser)
    {
        NoiseSchedule schedule = step.Schedule;
        IReadOnlyList<int> samples = AdaptiveStep.AllSamples(step.X);
        Tensor slope = Slope(step.X, step.From, samples, schedule, denoiser);
        return _method.Advance(AdaptiveStep.FromGridStep(step, slope, control.Variable), (x, levels) => Slope(x, levels, samples, schedule, denoiser));
    }

    private Tensor Trace(Tensor velocity, Tensor leaf)
    {
        Tensor? trace = null;
        for (long j = 0; j < _dimension; j++)
        {
            Tensor row = Differentiation.Gradient(velocity.narrow(1, j, 1).sum(), leaf, keepGraph: true).narrow(1, j, 1);
            trace = trace is null ? row : trace + row;
        }

        return trace!;
    }

    private static Tensor Quadratic(Tensor velocity, Tensor leaf, Tensor probe)
    {
        Tensor product = Differentiation.Gradient((velocity * probe).sum(), leaf, keepGraph: true);
        return (product * probe).sum(dim: 1, keepdim: true);
    }

    private Tensor Shaped(Tensor rows) => rows.reshape([rows.shape[0], .. shape]);

    private static Tensor Rows(Tensor probe, IReadOnlyList<int> samples) =>
        samples.Count == probe.shape[0] ? probe : probe.index_select(0, tensor([.. samples.Select(sample => (long)sample)]));
}

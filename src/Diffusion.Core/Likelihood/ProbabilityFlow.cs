using Diffusion.Core.Sampling;
using Diffusion.Numerics;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Likelihood;

/// <summary>The probability-flow ODE of a model, integrated with step control.</summary>
public sealed record ProbabilityFlow : IProbabilityFlow
{
    /// <summary>The model; differentiable in its state for likelihoods.</summary>
    public required IDenoiser Denoiser { get; init; }

    /// <inheritdoc/>
    public required NoiseSchedule Schedule { get; init; }

    /// <inheritdoc/>
    public required NoiseLevel Cleanest { get; init; }

    /// <inheritdoc/>
    public required NoiseLevel Noisiest { get; init; }

    /// <summary>The Runge-Kutta method.</summary>
    public EmbeddedTableau Tableau { get; init; } = EmbeddedTableau.DormandPrince853;

    /// <summary>Who shares a step.</summary>
    public StepCoupling Coupling { get; init; }

    /// <summary>Samples that are integrated together.</summary>
    public int BatchSize { get; init; } = 1024;

    /// <summary>The type in which the model is evaluated; states are float64.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float64;

    /// <summary>Where the model is evaluated; states are on the CPU.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Stops an integration.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <inheritdoc/>
    /// <exception cref="StepControlException">The tolerance cannot be met.</exception>
    public Tensor Encode(Tensor data, double tolerance) => Carry(data, Cleanest, Noisiest, tolerance);

    /// <inheritdoc/>
    /// <exception cref="StepControlException">The tolerance cannot be met.</exception>
    public Tensor Decode(Tensor latents, double tolerance) => Carry(latents, Noisiest, Cleanest, tolerance);

    /// <inheritdoc/>
    /// <exception cref="StepControlException">The tolerance cannot be met.</exception>
    /// <exception cref="ArgumentException">Hutchinson's divergence without randomness.</exception>
    public FlowLikelihood LogLikelihood(Tensor data, LikelihoodSettings settings)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor end, Tensor integrals, double evaluations) = CarryWithDivergence(data, Cleanest, Noisiest, settings);
        return Assemble(scope, end, integrals, LogPrior(end, settings), evaluations);
    }

    /// <inheritdoc/>
    /// <exception cref="StepControlException">The tolerance cannot be met.</exception>
    /// <exception cref="ArgumentException">Hutchinson's divergence without randomness.</exception>
    public FlowLikelihood LogLikelihoodOfLatents(Tensor latents, LikelihoodSettings settings)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor end, Tensor integrals, double evaluations) = CarryWithDivergence(latents, Noisiest, Cleanest, settings);
        return Assemble(scope, end, -integrals, LogPrior(latents.to(ScalarType.Float64), settings), evaluations);
    }

    private static FlowLikelihood Assemble(DisposeScope scope, Tensor end, Tensor integrals, Tensor logPrior, double evaluations)
    {
        long probes = integrals.shape[1];
        Tensor mean = integrals.mean([1]);
        Tensor? standardError = probes < 2
            ? null
            : ((integrals - mean.unsqueeze(1)).square().sum(dim: 1) / (probes * (probes - 1.0))).sqrt();
        return new FlowLikelihood(
            scope.MoveToOuter(logPrior + mean), scope.MoveToOuter(end), standardError is null ? null : scope.MoveToOuter(standardError), evaluations);
    }

    private Tensor LogPrior(Tensor state, LikelihoodSettings settings)
    {
        if (settings.TerminalLogDensity is { } logDensity)
            return logDensity(state, Noisiest);

        Tensor rows = state.reshape(state.shape[0], -1);
        double variance = Noisiest.Sigma * Noisiest.Sigma;
        return (rows.square().sum(dim: 1) * (-0.5 / variance)) - (0.5 * rows.shape[1] * Math.Log(2 * Math.PI * variance));
    }

    private Tensor Carry(Tensor x, NoiseLevel from, NoiseLevel to, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor rows, _) = Integrate(x, from, to, tolerance, integrals: 0, _ => null);
        return scope.MoveToOuter(rows.reshape(x.shape));
    }

    private (Tensor End, Tensor Integrals, double Evaluations) CarryWithDivergence(Tensor x, NoiseLevel from, NoiseLevel to, LikelihoodSettings settings)
    {
        bool isExact = settings.Divergence == Divergence.Exact;
        Tensor[] probes = isExact ? [] : Probes(x, settings);
        (Tensor rows, double evaluations) = Integrate(
            x, from, to, settings.Tolerance, isExact ? 1 : probes.Length, part => [.. probes.Select(probe => probe.narrow(0, part.First, part.Count))]);
        long dimension = x.numel() / x.shape[0];
        return (rows.narrow(1, 0, dimension).reshape(x.shape), rows.narrow(1, dimension, rows.shape[1] - dimension), evaluations);
    }

    private static Tensor[] Probes(Tensor x, LikelihoodSettings settings)
    {
        INoiseSource randomness = settings.Randomness
            ?? throw new ArgumentException("Hutchinson's divergence needs randomness for its probes.", nameof(settings));
        Tensor like = empty([x.shape[0], x.numel() / x.shape[0]], dtype: ScalarType.Float64);
        return [.. Enumerable.Range(0, settings.Probes).Select(i =>
        {
            Tensor normal = randomness.Independent(i, like);
            return settings.ProbeDistribution == ProbeDistribution.Gaussian ? normal : normal.sign();
        })];
    }

    private (Tensor Rows, double Evaluations) Integrate(
        Tensor x, NoiseLevel from, NoiseLevel to, double tolerance, int integrals, Func<(long First, long Count), IReadOnlyList<Tensor>?> probes)
    {
        var recorder = new EvaluationRecorder(CastingDenoiser.Around(Denoiser, Dtype, Device), historyLength: 0);
        long samples = x.shape[0];
        Tensor rows = x.to(ScalarType.Float64).cpu().reshape(samples, -1);
        using IDisposable withoutGradient = no_grad();
        List<Tensor> parts = [];
        for (long first = 0; first < samples; first += BatchSize)
        {
            long count = Math.Min(BatchSize, samples - first);
            using DisposeScope batch = NewDisposeScope();
            var flow = new DivergenceFlow(Tableau, Control(tolerance), [.. x.shape[1..]], probes((first, count)));
            Tensor start = rows.narrow(0, first, count);
            if (integrals > 0)
                start = cat([start, zeros([count, integrals], dtype: ScalarType.Float64)], 1);
            parts.Add(batch.MoveToOuter(AdaptiveLoop.Run(flow, Schedule, from, to, start, recorder, new NoRandomness(), log: null, Cancellation)));
        }

        return (cat(parts, 0), (double)recorder.Samples / samples);
    }

    private StepControl Control(double tolerance) => new()
    {
        Variable = StepVariable.Time,
        RelativeTolerance = tolerance,
        AbsoluteTolerance = tolerance,
        Exponent = 1.0 / (Tableau.ErrorOrder + 1),
        Coupling = Coupling,
        GrowsAfterRejection = false,
    };

    private sealed class NoRandomness : INoiseSource
    {
        public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like) => throw new InvalidOperationException("A flow has no noise.");

        public Tensor Independent(long index, Tensor like) => throw new InvalidOperationException("A flow has no noise.");
    }
}

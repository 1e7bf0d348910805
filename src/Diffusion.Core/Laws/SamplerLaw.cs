using Diffusion.Core.Likelihood;
using Diffusion.Core.Sampling;
using Diffusion.Numerics;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Laws;

/// <summary>
/// The law of a sampler's output, from its start law through the real steps of its solver: by change of variables where the run is a map, by the kernels of its
/// steps where these add noise.
/// </summary>
public sealed record SamplerLaw : ISamplerLaw
{
    private const int LargestBatch = 16_384;

    // Below this share of the data's own scale the noise of a step cannot be resolved over the range of its states.
    private const double SmallestNoise = 1e-5;

    /// <summary>The run.</summary>
    public required SamplingProblem Problem { get; init; }

    /// <summary>The law of the data.</summary>
    public required GaussianMixture Target { get; init; }

    /// <summary>What the run starts from.</summary>
    public StartLaw Start { get; init; }

    /// <summary>The type in which the model is evaluated; states are float64.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float64;

    /// <summary>Where the model is evaluated; states are on the CPU.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Stops the computation.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Why the law cannot be computed, as a clause to follow what asks for it; null where it can. The model is not needed.</summary>
    /// <param name="solver">The method.</param>
    /// <param name="title">What it is called.</param>
    /// <param name="schedule">The process.</param>
    /// <param name="levels">The grid's levels.</param>
    /// <param name="data">What the data are.</param>
    public static string? Objection(ISolver solver, string title, NoiseSchedule schedule, IReadOnlyList<NoiseLevel> levels, DataDescription data)
    {
        if (data.Mixture is not { } target)
            return $"needs data whose law is known (a Gaussian mixture), and that of the data '{data.Name}' is not";
        if (target.Dimension > 2)
            return $"is computed for data in one or two dimensions, and the data '{data.Name}' have {target.Dimension}";
        if (solver is IAdaptiveSolver && solver.Traits.IsAdaptive)
            return $"needs the same steps for every start, and {title} chooses its own";
        if (!solver.Traits.IsStochastic)
            return null;
        if (target.Dimension > 1)
            return $"is computed for stochastic methods in one dimension only ({title} draws noise), and the data '{data.Name}' have {target.Dimension}";
        if (solver.Traits.HistoryLength > 0)
            return $"needs steps that depend on the state alone, and {title} draws noise and looks back at earlier steps";

        (double[]? scales, string? reason) = StepNoise.Scales(new SamplingProblem(new BentDenoiser(), schedule, levels, solver));
        if (scales is null)
            return $"needs steps that add noise once to a function of the state, and {title} does not: {reason}";
        double least = SmallestNoise * Math.Sqrt(new MixtureLine(target).Variance);
        return scales.Any(scale => scale > 0 && scale < least)
            ? $"cannot resolve steps with as little noise as {title} adds here (standard deviation {scales.Where(scale => scale > 0).Min():g3})"
            : null;
    }

    /// <inheritdoc/>
    public SamplerLawValues Compare(SamplerLawSettings settings)
    {
        NoiseLevel noisiest = Problem.Levels[0];
        GaussianMixture noisy = Target.At(noisiest);
        GaussianMixture prior = new([GaussianComponent.Isotropic(1, new double[Target.Dimension], noisiest.Sigma)]);
        GaussianMixture start = Start == StartLaw.Exact ? noisy : prior;
        return Target.Dimension == 1 ? OnLine(start, noisy, prior, settings) : new PlaneLaw(start, Run, Target, Cancellation).Compare(settings, noisy, prior);
    }

    private SamplerLawValues OnLine(GaussianMixture start, GaussianMixture noisy, GaussianMixture prior, SamplerLawSettings settings)
    {
        MixtureLine target = new(Target);
        bool isCoarse = Dtype != ScalarType.Float64;
        LawResolution coarse = new() { Tolerance = isCoarse ? 1e-5 : 1e-11, Floor = Math.Sqrt(target.Variance) };
        LawResolution fine = coarse with { Points = 20, Tolerance = isCoarse ? 3e-6 : 1e-12, KernelWidth = 2 };
        long points = 0;
        (LineDivergences rough, double? roughFold) = At(coarse);
        (LineDivergences values, double? fold) = At(fine);
        var ofPrior = LineDivergences.Between(new MixtureLine(prior), new MixtureLine(noisy), settings.Tolerance, Cancellation);
        return new()
        {
            Kl = Between(values.Kl, rough.Kl),
            ReverseKl = values.ReverseKl is { } reverse ? Between(reverse, rough.ReverseKl ?? reverse) : null,
            TotalVariation = Between(values.TotalVariation, rough.TotalVariation),
            W1 = Between(values.W1, rough.W1),
            W2 = Between(values.W2, rough.W2),
            FoldMass = fold is { } mass ? new(mass, Math.Abs(mass - roughFold!.Value)) : null,
            Mean = [Between(values.Mean, rough.Mean)],
            Variance = [Between(values.Variance, rough.Variance)],
            Skewness = Between(values.Skewness, rough.Skewness),
            Kurtosis = Between(values.Kurtosis, rough.Kurtosis),
            Modes = settings.Modes
                ? [.. values.Modes.Zip(
                    rough.Modes, (mode, other) => new LawMode(Between(mode.Weight, other.Weight), Between(mode.Variance, other.Variance)))]
                : [],
            PriorKl = ofPrior.ReverseKl,
            PriorW2 = ofPrior.W2,
            Points = points,
        };

        (LineDivergences, double?) At(LawResolution resolution)
        {
            (ILineLaw law, long evaluated) = Law(new MixtureLine(start), resolution);
            points += evaluated;
            LineDivergences divergences = LineDivergences.Between(law, target, settings.Tolerance, Cancellation);
            return (divergences, Problem.Solver.Traits.IsStochastic ? null : ((PushedLaw)law).FoldMass);
        }
    }

    // The error of the integrals, and what a finer resolution of the law changed.
    private static LawValue Between(LawValue value, LawValue other) => value with { Error = value.Error + Math.Abs(value.Value - other.Value) };

    private (ILineLaw Law, long Points) Law(ILineLaw start, LawResolution resolution)
    {
        long points = 0;
        if (!Problem.Solver.Traits.IsStochastic)
            return (Pushed(start, x => Counted(x, Run)), points);

        (double[]? scales, string? reason) = StepNoise.Scales(Problem);
        if (scales is null)
            throw new ArgumentException($"The law of the sampler is not known: {reason}.");

        ILineLaw law = start;
        int first = 0;
        for (int step = 0; step < scales.Length; step++)
        {
            if (scales[step] == 0)
                continue;
            (int from, int to) = (first, step);
            law = NoisyStep.Apply(law, x => Counted(x, states => Walk(states, from, to)), scales[step], resolution, Cancellation);
            first = step + 1;
        }

        return (first < scales.Length ? Pushed(law, x => Counted(x, states => Walk(states, first, scales.Length - 1))) : law, points);

        double[] Counted(double[] x, Func<Tensor, Tensor> move)
        {
            points += x.Length;
            return Move(x, move);
        }

        PushedLaw Pushed(ILineLaw from, Func<double[], double[]> map) => new(
            from, SmoothFunction.Learn(map, [.. from.Breaks.Select(point => point.Place)], resolution));
    }

    private Tensor Walk(Tensor states, int first, int last)
    {
        SamplingProblem problem = Problem with { Denoiser = Model };
        StatedNoise none = new(0);
        Tensor x = states;
        for (int step = first; step <= last; step++)
            x = SamplingLoop.Step(problem, step, x, none);
        return x;
    }

    private Tensor Run(Tensor starts) =>
        SamplingLoop.Run(Problem with { Denoiser = Model }, starts, new StatedNoise(0), keepTrajectory: false, Cancellation).State;

    private IDenoiser Model => CastingDenoiser.Around(Problem.Denoiser, Dtype, Device);

    private static double[] Move(double[] x, Func<Tensor, Tensor> move)
    {
        double[] moved = new double[x.Length];
        for (int first = 0; first < x.Length; first += LargestBatch)
        {
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(LargestBatch, x.Length - first);
            HostNumbers.ToArray(move(HostNumbers.ToTensor(x.AsSpan(first, count), [count, 1]))).CopyTo(moved, first);
        }

        return moved;
    }
}

using Diffusion.Core.Likelihood;
using Diffusion.Core.Randomness;
using Diffusion.Schedules;
using Diffusion.ScoreModels;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Likelihood;

/// <summary>Densities, encodings and decodings along the flow of exact models, against closed forms.</summary>
public sealed class ProbabilityFlowTests
{
    private static readonly double[] Points = [1.1, 0.4, -0.9, 1.2, 0.2, -1.4, 0.3, 0.3, 2.0, 1.1];

    public static TheoryData<string> Processes =>
        ["variance-preserving", "sub-variance-preserving", "edm", "variance-exploding", "trigonometric", "rectified-flow"];

    [Theory]
    [MemberData(nameof(Processes))]
    public void Densities_of_a_mixture_are_exact_to_1e_8_nats(string process)
    {
        using DisposeScope scope = NewDisposeScope();
        ProbabilityFlow flow = Flow(Schedule(process));
        FlowLikelihood found = flow.LogLikelihood(Data(), Exactly(1e-10));
        double[] expected = ExactProblems.Plane.Mixture.At(flow.Cleanest).LogDensity(Points);
        AssertNear(expected, found.LogDensity, 1e-8);
        Assert.Null(found.StandardError);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(ExactProblems.Plane.LogDensity(Points.AsSpan(2 * i, 2), flow.Cleanest.Alpha, flow.Cleanest.Sigma), expected[i], 1e-12);
    }

    [Fact]
    public void The_sampler_s_own_prior_is_off_by_what_the_data_are_still_seen()
    {
        // On one Gaussian the flow is linear and the mismatch known: N(α m, α² s² + σ²) against N(0, σ²) at the latent.
        using DisposeScope scope = NewDisposeScope();
        GaussianMixture gaussian = ExactProblems.Gaussian.Mixture;
        NoiseSchedule schedule = ExactProcesses.VarianceExploding;
        ProbabilityFlow flow = Flow(schedule, gaussian);
        Tensor data = tensor(new[] { 0.1, 0.9, -0.6 }, [3, 1]);
        FlowLikelihood withPrior = flow.LogLikelihood(data, new LikelihoodSettings { Tolerance = 1e-10 });
        double[] exact = gaussian.At(flow.Cleanest).LogDensity(data.data<double>().ToArray());
        double[] latents = withPrior.End.data<double>().ToArray();
        double[] terminal = gaussian.At(flow.Noisiest).LogDensity(latents);
        double[] prior = new GaussianMixture([GaussianComponent.Isotropic(1, [0], flow.Noisiest.Sigma)]).LogDensity(latents);
        double[] expected = [.. exact.Select((value, i) => value + prior[i] - terminal[i])];
        AssertNear(expected, withPrior.LogDensity, 1e-8);
        Assert.True(expected.Zip(exact, (a, b) => Math.Abs(a - b)).Max() > 1e-3, "the example has no mismatch to see");
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public void Encoding_and_decoding_undo_each_other(string process)
    {
        using DisposeScope scope = NewDisposeScope();
        ProbabilityFlow flow = Flow(Schedule(process));
        Tensor latents = flow.Encode(Data(), 1e-10);
        AssertNear(Points, flow.Decode(latents, 1e-10), 1e-7);
        foreach ((double[] point, int i) in Points.Chunk(2).Select((point, i) => (point, i)))
        {
            if (flow.Noisiest.Alpha == 0)
                continue;
            double[] exact = ReferenceFlow.Carry(ExactProblems.Plane, point, flow.Cleanest, flow.Noisiest);
            AssertNear(exact, latents.narrow(0, i, 1), 1e-7 * Math.Max(1, flow.Noisiest.Sigma));
        }
    }

    [Fact]
    public void An_integration_stops_when_the_user_does()
    {
        using DisposeScope scope = NewDisposeScope();
        using CancellationTokenSource stop = new();
        ProbabilityFlow flow = Flow(Schedule("variance-exploding"));
        Stopping model = new(flow.Denoiser, stop);
        flow = flow with { Denoiser = model, Cancellation = stop.Token };
        Assert.ThrowsAny<OperationCanceledException>(() => flow.Encode(Data(), 1e-10));
        // The step that was under way is ended; there is no other.
        Assert.InRange(model.Calls, 1, 20);
    }

    private sealed class Stopping(IDenoiser inner, CancellationTokenSource stop) : IDenoiser
    {
        public int Calls { get; private set; }

        public Prediction Predict(Tensor x, NoiseLevels levels)
        {
            Calls++;
            stop.Cancel();
            return inner.Predict(x, levels);
        }
    }

    [Fact]
    public void Likelihoods_agree_from_both_ends()
    {
        using DisposeScope scope = NewDisposeScope();
        ProbabilityFlow flow = Flow(Schedule("variance-preserving"));
        foreach (LikelihoodSettings settings in new[] { Exactly(1e-10), WithProbes(ProbeDistribution.Rademacher, 3, seed: 4) with { Tolerance = 1e-10 } })
        {
            FlowLikelihood forward = flow.LogLikelihood(Data(), settings);
            FlowLikelihood backward = flow.LogLikelihoodOfLatents(forward.End, settings);
            AssertNear(Points, backward.End, 1e-7);
            AssertNear(forward.LogDensity.data<double>().ToArray(), backward.LogDensity, 1e-7);
        }
    }

    [Fact]
    public void No_density_depends_on_the_batch()
    {
        using DisposeScope scope = NewDisposeScope();
        ProbabilityFlow flow = Flow(Schedule("edm"));
        LikelihoodSettings settings = WithProbes(ProbeDistribution.Gaussian, 2, seed: 9);
        double[] together = flow.LogLikelihood(Data(), settings).LogDensity.data<double>().ToArray();
        double[] split = (flow with { BatchSize = 2 }).LogLikelihood(Data(), settings).LogDensity.data<double>().ToArray();
        AssertNear(together, tensor(split), 1e-12);
    }

    [Fact]
    public void Probes_of_Hutchinson_average_to_the_trace_when_they_span_the_space()
    {
        // (1, 1) and (1, −1) in the plane: v vᵀ averages to I exactly.
        using DisposeScope scope = NewDisposeScope();
        ProbabilityFlow flow = Flow(Schedule("variance-preserving"));
        var spanning = new TapeNoise((draw, like) => tensor(new[] { 1.0, draw == 0 ? 1 : -1 }).expand(like.shape).clone());
        FlowLikelihood estimate = flow.LogLikelihood(Data(), new LikelihoodSettings
        {
            Tolerance = 1e-10, Divergence = Divergence.Hutchinson, Probes = 2, Randomness = spanning, TerminalLogDensity = ExactTerminal,
        });
        AssertNear(flow.LogLikelihood(Data(), Exactly(1e-10)).LogDensity.data<double>().ToArray(), estimate.LogDensity, 1e-8);
        Assert.NotNull(estimate.StandardError);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(ProbeDistribution.Rademacher)]
    [InlineData(ProbeDistribution.Gaussian)]
    public void Intervals_of_Hutchinson_cover_at_their_rate(ProbeDistribution distribution)
    {
        // Student's t with 15 degrees of freedom covers 95 % at 2.131 standard errors. Of 300 independent intervals at least 267 and at most 297 cover
        // with a chance above 99 % where the rate is nominal (binomial); fixed seed.
        using DisposeScope scope = NewDisposeScope();
        const int Count = 300;
        ProbabilityFlow flow = Flow(Schedule("variance-preserving"));
        Tensor data = Data().narrow(0, 0, 1).expand(Count, 2).clone();
        FlowLikelihood estimate = flow.LogLikelihood(data, WithProbes(distribution, 16, seed: 2));
        double exact = flow.LogLikelihood(Data().narrow(0, 0, 1), Exactly(1e-8)).LogDensity.item<double>();
        double[] values = estimate.LogDensity.data<double>().ToArray();
        double[] errors = estimate.StandardError!.data<double>().ToArray();
        int covered = Enumerable.Range(0, Count).Count(i => Math.Abs(values[i] - exact) <= 2.131 * errors[i]);
        Assert.InRange(covered, 267, 297);
        Assert.InRange(errors.Average(), 1e-3, 1);
    }

    [Fact]
    public void A_model_in_float32_is_integrated_in_float64()
    {
        using DisposeScope scope = NewDisposeScope();
        ProbabilityFlow flow = Flow(Schedule("variance-preserving")) with { Dtype = ScalarType.Float32 };
        FlowLikelihood found = flow.LogLikelihood(Data(), Exactly(1e-4));
        Assert.Equal(ScalarType.Float64, found.LogDensity.dtype);
        AssertNear(ExactProblems.Plane.Mixture.At(flow.Cleanest).LogDensity(Points), found.LogDensity, 1e-2);
    }

    [Fact]
    public void Likelihoods_leave_no_tensor_behind()
    {
        using DisposeScope scope = NewDisposeScope();
        ProbabilityFlow flow = Flow(Schedule("edm"));
        LikelihoodSettings settings = WithProbes(ProbeDistribution.Gaussian, 2, seed: 1);
        Tensor data = Data();
        Measure();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Measure();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Measure()
        {
            using DisposeScope inner = NewDisposeScope();
            flow.LogLikelihood(data, settings);
            flow.Decode(flow.Encode(data, 1e-4), 1e-4);
        }
    }

    [Fact]
    public void Hutchinson_without_randomness_is_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => Flow(Schedule("edm")).LogLikelihood(Data(), new LikelihoodSettings { Divergence = Divergence.Hutchinson }));
    }

    private static ProbabilityFlow Flow(NoiseSchedule schedule, GaussianMixture? mixture = null)
    {
        mixture ??= ExactProblems.Plane.Mixture;
        return new ProbabilityFlow
        {
            Denoiser = new GaussianMixtureScoreModel(new(), new DataDescription { Name = "mixture", Shape = [mixture.Dimension], Mixture = mixture }),
            Schedule = schedule,
            Cleanest = schedule.At(schedule.MinimumTime),
            Noisiest = schedule.At(schedule.Horizon),
        };
    }

    private static NoiseSchedule Schedule(string name) => name switch
    {
        "variance-preserving" => new VariancePreservingSchedule(new()),
        "sub-variance-preserving" => new SubVariancePreservingSchedule(new()),
        "edm" => new EdmSchedule(new()),
        "variance-exploding" => new VarianceExplodingSchedule(new()),
        "trigonometric" => new TrigonometricSchedule(new()),
        _ => new RectifiedFlowSchedule(new()),
    };

    private static LikelihoodSettings Exactly(double tolerance) => new() { Tolerance = tolerance, TerminalLogDensity = ExactTerminal };

    private static LikelihoodSettings WithProbes(ProbeDistribution distribution, int count, long seed) => new()
    {
        Tolerance = 1e-5,
        Divergence = Divergence.Hutchinson,
        Probes = count,
        ProbeDistribution = distribution,
        Randomness = new PhiloxNoiseSource(new NoiseKey(seed, 0, NoiseDomain.Measurement), 0, 1),
        TerminalLogDensity = ExactTerminal,
    };

    private static Tensor ExactTerminal(Tensor x, NoiseLevel level) =>
        tensor(ExactProblems.Plane.Mixture.At(level).LogDensity(x.contiguous().data<double>().ToArray()));

    private static Tensor Data() => tensor(Points, [Points.Length / 2, 2]);

    private static void AssertNear(double[] expected, Tensor actual, double tolerance)
    {
        double[] values = actual.contiguous().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - values[i]) <= tolerance,
                $"entry {i}: {values[i]:r} instead of {expected[i]:r}, off by {Math.Abs(expected[i] - values[i]):e2}");
    }
}

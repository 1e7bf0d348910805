using System.Text.Json;
using Diffusion.Core.Likelihood;
using Diffusion.Core.Sampling;
using Diffusion.Numerics;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>score_sde: scores in continuous time, steps of 1/N whatever the distance of the times.</summary>
internal static class ScoreSdeCases
{
    public static GoldenClaim Claim(GoldenCase golden)
    {
        string family = golden.Family;
        if (family == "schedule")
            return Schedule(golden);
        if (family == "discrete")
            return GoldenClaim.Reproduced(() => CheckTable(golden));
        if (family.StartsWith("ode_", StringComparison.Ordinal))
            return Flow(golden);
        if (family.StartsWith("likelihood_", StringComparison.Ordinal))
            return Likelihood(golden);
        if (family == "prior_logp")
            return Prior(golden);
        if (family.StartsWith("euler_maruyama_", StringComparison.Ordinal) || family.StartsWith("reverse_diffusion_", StringComparison.Ordinal)
            || family.StartsWith("ancestral_", StringComparison.Ordinal) || family.StartsWith("pc_", StringComparison.Ordinal)
            || family.StartsWith("langevin_only_", StringComparison.Ordinal) || family.StartsWith("ald_", StringComparison.Ordinal))
        {
            return Sampler(golden);
        }

        throw new InvalidDataException($"score_sde has a family '{family}' of which nothing is known here.");
    }

    private static GoldenClaim Sampler(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        string process = parameters.Text("sde", "");
        string predictor = parameters.Text("predictor", "none");
        string corrector = parameters.Text("corrector", "none");
        bool dropsLastNoise = parameters.Flag("denoise", true) && predictor != "none";
        int steps = (int)parameters.Number("N", 0);
        double smallestTime = parameters.Number("eps", 0);
        var options = new PredictorCorrectorOptions
        {
            // Its "reverse diffusion" of a process without a table of noise rates is Euler's step.
            Predictor = predictor switch
            {
                "euler_maruyama" => SamplingPredictor.EulerMaruyama,
                "reverse_diffusion" => process == "subvp" ? SamplingPredictor.EulerMaruyama : SamplingPredictor.ReverseDiffusion,
                "ancestral_sampling" => SamplingPredictor.Ancestral,
                _ => SamplingPredictor.None,
            },
            Corrector = corrector switch
            {
                "langevin" => SamplingCorrector.Langevin,
                "ald" => SamplingCorrector.AnnealedLangevin,
                _ => SamplingCorrector.None,
            },
            Steps = (int)parameters.Number("n_steps", 1),
            Snr = parameters.Number("snr", 0),
            Coupling = SnrCoupling.Batch,
            ProbabilityFlow = parameters.Flag("probability_flow", false),
            Variance = process == "vp" ? 1 : 0,
        };
        if (!parameters.Flag("continuous", true))
            return GoldenClaim.None("discrete labels are the model's");
        if (ProcessOf(process) is not { } schedule)
            return GoldenClaim.None($"the process '{process}' is no component yet");
        if (process == "subvp" && (predictor == "ancestral_sampling" || corrector != "none"))
            return GoldenClaim.None("the peer has no table of noise rates for this process");
        if (corrector == "ald" && predictor != "none")
            return GoldenClaim.None("a corrector in the process's noise and a predictor in the table's share no level");

        return GoldenClaim.Reproduced(() =>
        {
            double[] times = golden.Numbers("t");
            Assert.Equal(steps, times.Length);
            Assert.Equal(smallestTime, times[^1], 1e-15);
            CheckSteps(golden, schedule, options, Transitions(process, times), dropsLastNoise);
        });
    }

    // The peer's coefficients: the scale and variance of the forward transition at each time, from tables that it reads at a whole index.
    private static (double Scale, double Variance, double Before)[] Transitions(string process, double[] times)
    {
        int last = times.Length - 1;
        return [.. times.Select(t => (int)(t * last)).Select(index => process switch
        {
            "vp" => (Math.Sqrt(Math.Max(0, 1 - Beta(index))), Beta(index), double.NaN), // above 1 only Euler-Maruyama runs, which reads neither
            "ve" => (1, (Scale(index) * Scale(index)) - (Scale(index - 1) * Scale(index - 1)), Scale(index - 1)),
            _ => (1, 1, double.NaN),
        })];

        double Beta(int index) => (0.1 + ((20 - 0.1) * index / last)) / times.Length;
        double Scale(int index) => index < 0 ? 0 : 0.01 * Math.Pow(50 / 0.01, (double)index / last);
    }

    // Every step is a run of its own, since it does not end where the next begins.
    private static void CheckSteps(
        GoldenCase golden,
        NoiseSchedule schedule,
        PredictorCorrectorOptions options,
        (double Scale, double Variance, double Before)[] transitions,
        bool dropsLastNoise)
    {
        double[] times = golden.Numbers("t");
        int corrections = options.Corrector == SamplingCorrector.None ? 0 : options.Steps;
        int draws = corrections + (options.Predictor == SamplingPredictor.None ? 0 : 1);
        var solver = new PredictorCorrectorSolver(options);
        double[] state = golden.Points("x0");
        double evaluations = 0;
        for (int i = 0; i < times.Length; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            SamplingOutcome noisy = Step(i, isClean: false);
            evaluations += noisy.Evaluations;
            foreach (string field in new[] { "traj", "traj_head" })
            {
                if (golden.Json.TryGetProperty(field, out JsonElement record) && record.GetProperty("x_after_predictor").GetArrayLength() > i)
                    GoldenRun.AssertSame(golden, GoldenCase.Flatten(record.GetProperty("x_after_predictor")[i]), noisy.State, $"state {i + 1}");
            }

            if (i == times.Length - 1)
            {
                GoldenRun.AssertSame(golden, golden.Points("x_last"), noisy.State, "last state");
                GoldenRun.AssertSame(golden, golden.FinalState, dropsLastNoise ? Step(i, isClean: true).State : noisy.State, "final state");
            }

            state = noisy.State.data<double>().ToArray();
        }

        Assert.Equal(golden.Number("nfe"), evaluations);

        SamplingOutcome Step(int i, bool isClean)
        {
            (NoiseLevel from, NoiseLevel to) = Ends(i, isClean);
            return new GoldenRun
            {
                Emits = PredictionKind.Score,
                Model = target => new ScoreAtTime(target, schedule),
                Schedule = schedule,
                Levels = [from, to],
                Solver = solver,
            }.Run(golden, state, firstDraw: i * draws);
        }

        // Levels that have the transition's scale and variance. The annealed corrector and the ancestral noise read σ as well.
        (NoiseLevel From, NoiseLevel To) Ends(int i, bool isClean)
        {
            (double t, double next) = (times[i], times[i] - (1.0 / times.Length));
            (double scale, double variance, double before) = transitions[i];
            double deviation = Math.Sqrt(variance);
            if (isClean)
                return (new(t, scale, deviation), new(next, 1, 0));
            if (options.Corrector == SamplingCorrector.AnnealedLangevin)
                return (new(t, scale, schedule.At(t).Sigma), new(next, 1, 1));
            if (options.Predictor == SamplingPredictor.Ancestral && !double.IsNaN(before))
                return (new(t, 1, Math.Sqrt(variance + (before * before))), new(next, 1, before));
            return (new(t, scale, deviation * Math.Sqrt(1 + (scale * scale))), new(next, 1, deviation));
        }
    }

    // SciPy's methods on the whole batch; with "denoise" one more call, which the peer does not count.
    private static GoldenClaim Flow(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        string process = parameters.Text("sde", "");
        bool denoises = parameters.Flag("denoise", false);
        double smallestTime = parameters.Number("eps", 0);
        var options = new AdaptiveRungeKuttaOptions
        {
            RelativeTolerance = parameters.Number("rtol", 0),
            AbsoluteTolerance = parameters.Number("atol", 0),
            Coupling = StepCoupling.Batch,
        };
        ISolver? solver = parameters.Text("method", "") switch
        {
            "RK45" => new Rk45Solver(options),
            "RK23" => new Rk23Solver(options),
            "DOP853" => new Dop853Solver(options),
            _ => null,
        };
        if (solver is null || ProcessOf(process) is not { } schedule)
            return GoldenClaim.None($"the process '{process}' or its method is no component");

        return GoldenClaim.Reproduced(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            NoiseLevel end = schedule.At(smallestTime);
            var run = new GoldenRun { Emits = PredictionKind.Noise, Schedule = schedule, Levels = [schedule.At(schedule.Horizon), end], Solver = solver };
            SamplingOutcome outcome = run.Run(golden, golden.Points("x0"), firstDraw: 0);
            GoldenRun.AssertSameAttempts(golden, outcome.Attempts, attempt => attempt.To.T);
            Assert.Equal(golden.Number("nfe"), outcome.Evaluations);
            GoldenRun.AssertSame(golden, golden.FinalState, denoises ? Denoised(golden, process, outcome.State, end) : outcome.State, "final state");
        });
    }

    private static GoldenClaim Likelihood(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        string process = parameters.Text("sde", "");
        double tolerance = parameters.Number("rtol", 0);
        double smallestTime = parameters.Number("eps", 0);
        string divergence = parameters.Text("divergence", "");
        EmbeddedTableau? tableau = parameters.Text("method", "") switch
        {
            "RK45" => EmbeddedTableau.DormandPrince54,
            "RK23" => EmbeddedTableau.BogackiShampine32,
            "DOP853" => EmbeddedTableau.DormandPrince853,
            _ => null,
        };
        if (tableau is null || parameters.Number("atol", 0) != tolerance || ProcessOf(process) is not { } schedule)
            return GoldenClaim.None($"the process '{process}', its method or two unequal tolerances are not known here");

        return GoldenClaim.Reproduced(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            int dimension = golden.Target.Dimension;
            double[] points = golden.Points("x0");
            var flow = new ProbabilityFlow
            {
                Denoiser = golden.DifferentiableModel(),
                Schedule = schedule,
                Cleanest = schedule.At(smallestTime),
                Noisiest = schedule.At(schedule.Horizon),
                Tableau = tableau,
                Coupling = StepCoupling.Batch,
            };
            FlowLikelihood found = flow.LogLikelihood(tensor(points, [points.Length / dimension, dimension]), new LikelihoodSettings
            {
                Tolerance = tolerance,
                Divergence = divergence == "exact" ? Divergence.Exact : Divergence.Hutchinson,
                Randomness = new TapeNoise((_, like) => tensor(golden.Points("v"), like.shape)),
                TerminalLogDensity = (x, _) => PriorOf(process, x),
            });
            Assert.Equal(golden.Number("nfe"), found.Evaluations);
            GoldenRun.AssertSame(golden, golden.Points("z"), found.End, "latents");
            GoldenRun.AssertSame(golden, golden.Numbers("log_likelihood_nats"), found.LogDensity, "log-likelihood");

            // Theirs are bits a dimension of data in 256 levels on [0, 1], of which the scaling to these data takes 8 bits.
            Tensor bits = (found.LogDensity * (-1 / (dimension * Math.Log(2)))) + 8;
            GoldenRun.AssertSame(golden, golden.Numbers("bpd"), bits, "bits per dimension");
        });
    }

    private static GoldenClaim Prior(GoldenCase golden)
    {
        string process = golden.Text("sde");
        return ProcessOf(process) is null
            ? GoldenClaim.None($"the process '{process}' is no component")
            : GoldenClaim.Reproduced(() =>
            {
                using DisposeScope scope = NewDisposeScope();
                double[] expected = golden.Numbers("logp");
                double[] points = golden.Points("x0");
                double[] actual = PriorOf(process, tensor(points, [expected.Length, points.Length / expected.Length])).data<double>().ToArray();
                for (int i = 0; i < expected.Length; i++)
                    Assert.Equal(expected[i], actual[i], 1e-12 * Math.Max(1, Math.Abs(expected[i])));
            });
    }

    // Of unit variance also where σ_T² falls short of 1 by e^(−10).
    private static Tensor PriorOf(string process, Tensor x)
    {
        double deviation = process == "ve" ? ProcessOf(process)!.At(1).Sigma : 1;
        int dimension = (int)x.shape[1];
        double[] densities = new GaussianMixture([GaussianComponent.Isotropic(1, new double[dimension], deviation)])
            .LogDensity(x.contiguous().data<double>().ToArray());
        return tensor(densities);
    }

    // Their last step of "reverse diffusion", without noise: a step of a table of 1000 noise rates, at the table's first entry.
    private static Tensor Denoised(GoldenCase golden, string process, Tensor x, NoiseLevel level)
    {
        const int Length = 1000;
        Tensor score = new ExactMixtureDenoiser(golden.Target, PredictionKind.Noise).Predict(x, level).Score;
        NoiseSchedule schedule = ProcessOf(process)!;
        (double ofState, double ofScore) = process switch
        {
            "vp" => (2 - Math.Sqrt(1 - (0.1 / Length)), 0.1 / Length),
            "subvp" => (1 - (schedule.Drift(level.T) / Length), schedule.DiffusionSquared(level.T) / Length),
            _ => (1, schedule.At(0).Sigma * schedule.At(0).Sigma),
        };
        return (x * ofState) + (score * ofScore);
    }

    private static GoldenClaim Schedule(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        NoiseSchedule? schedule = golden.Text("schedule") switch
        {
            "vp" => new VariancePreservingSchedule(new() { BetaMin = parameters.Number("beta_min", 0.1), BetaMax = parameters.Number("beta_max", 20) }),
            "subvp" => new SubVariancePreservingSchedule(new() { BetaMin = parameters.Number("beta_min", 0.1), BetaMax = parameters.Number("beta_max", 20) }),
            "ve" => new VarianceExplodingSchedule(new() { SigmaMin = parameters.Number("sigma_min", 0.01), SigmaMax = parameters.Number("sigma_max", 50) }),
            _ => null,
        };
        return schedule is null
            ? GoldenClaim.None($"the schedule '{golden.Text("schedule")}' is no component yet")
            : GoldenClaim.Reproduced(() => GoldenTables.CheckSchedule(golden, schedule, isExact: false));
    }

    // N entries at equal times from 0 to 1 of the continuous process: noise rates per step of 1/N, and noise scales.
    private static void CheckTable(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        int length = (int)golden.Number("N");
        double[] times = [.. golden.Numbers("index").Select(i => i / Math.Max(length - 1, 1))];
        (double betaMin, double betaMax) = (parameters.Number("beta_min", 0.1), parameters.Number("beta_max", 20));
        var preserving = new VariancePreservingSchedule(new() { BetaMin = betaMin, BetaMax = betaMax });
        var exploding = new VarianceExplodingSchedule(new() { SigmaMin = parameters.Number("sigma_min", 0.01), SigmaMax = parameters.Number("sigma_max", 50) });
        Assert.True(golden.Has("discrete_betas") || golden.Has("discrete_sigmas"));
        Column("discrete_betas", t => preserving.DiffusionSquared(t) / length);
        Column("discrete_sigmas", t => exploding.At(t).Sigma);
        if (golden.Has("alphas_cumprod"))
        {
            var table = new DiscreteBetaSchedule(new() { TrainSteps = length, BetaStart = betaMin / length, BetaEnd = betaMax / length });
            Column("alphas_cumprod", t => Math.Pow(table.At(Math.Round(t * (length - 1)) + 1).Alpha, 2));
        }

        void Column(string name, Func<double, double> ours)
        {
            double[] expected = golden.Has(name) ? golden.Numbers(name) : [];
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], ours(times[i]), 1e-12 * Math.Abs(expected[i]));
        }
    }

    private static NoiseSchedule? ProcessOf(string name) => name switch
    {
        "vp" => new VariancePreservingSchedule(new()),
        "subvp" => new SubVariancePreservingSchedule(new()),
        "ve" => new VarianceExplodingSchedule(new()),
        _ => null,
    };

    /// <summary>The exact score at a level's time: the peer's model knows the time alone, whatever coefficients the method uses.</summary>
    private sealed class ScoreAtTime(ExactMixture mixture, NoiseSchedule schedule) : IDenoiser
    {
        private readonly ExactMixtureDenoiser _exact = new(mixture, PredictionKind.Noise);

        public Prediction Predict(Tensor x, NoiseLevels levels) =>
            new(PredictionKind.Score, _exact.Predict(x, schedule.At(levels[0].T)).Score, x, levels);
    }
}

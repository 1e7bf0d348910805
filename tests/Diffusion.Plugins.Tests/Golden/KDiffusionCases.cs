using System.Text.Json;
using Diffusion.Core.Likelihood;
using Diffusion.Core.Sampling;
using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>k-diffusion: a denoiser on exploding noise, integrated in its scale.</summary>
internal static class KDiffusionCases
{
    public static GoldenClaim Claim(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        switch (golden.Family)
        {
            case "euler":
                return Sampler(golden, new EulerSolver(new() { Variable = FlowVariable.NoiseToSignal }));
            case "heun":
                return Sampler(golden, new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal }));
            case "dpmpp_2m":
                return Sampler(golden, new DpmPlusPlus2MSolver(new()));
            case "euler_churn":
                return Churn(golden, ChurnBase.Euler);
            case "heun_churn":
                return Churn(golden, ChurnBase.Heun);
            case "dpm_2_churn":
                return Churn(golden, ChurnBase.Dpm2);
            case "dpm_fast_eta":
                return FastAncestral(golden);
            case "dpm_adaptive" or "dpm_adaptive_eta" when parameters.Number("order", 3) is 2 or 3 && parameters.Number("eta", 0) <= 1:
                return Adaptive(golden);
            case "precond":
                return PreconditionerTables.Claim(golden);
            case "dpm_2":
                return Sampler(golden, new Dpm2Solver());
            case "lms2" or "lms3" or "lms4":
                return Sampler(golden, new LinearMultistepSolver(new() { Order = (int)parameters.Number("order", 4), StartUp = StartUp.Ramp }));
            case "dpm_fast" when parameters.Number("eta", 0) == 0:
                return DpmFast(golden);
            case "log_likelihood" when parameters.Number("rtol", 1) is var tolerance && parameters.Number("atol", 1) == tolerance && tolerance <= 1e-8:
                return Likelihood(golden, tolerance);
            case "grid_get_sigmas_karras":
                return Grid(golden, new KarrasGrid(new() { Rho = parameters.Number("rho", 7) }));
            case "grid_get_sigmas_exponential":
                return Grid(golden, new LogSnrGrid(new()));
            case "grid_get_sigmas_polyexponential":
                return Grid(golden, new PolyexponentialGrid(new() { Rho = parameters.Number("rho", 1) }));
            case "grid_get_sigmas_vp":
                return VariancePreservingGrid(golden);
            case "ancestral_step":
                return GoldenClaim.Reproduced(() => CheckAncestralStep(golden));
            default:
                return Stochastic(golden) is { } solver ? Sampler(golden, solver) : GoldenClaim.None(Reason(golden.Family));
        }
    }

    private static ISolver? Stochastic(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        double eta = parameters.Number("eta", 1);
        double noiseScale = parameters.Number("s_noise", 1);
        double rootEta = Math.Sqrt(eta); // its multistep samplers scale the variance with eta
        bool isMidpoint = parameters.Text("solver_type", "midpoint") == "midpoint";
        return golden.Family switch
        {
            "euler_ancestral" or "euler_ancestral_eta0" => new EulerAncestralSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "dpm_2_ancestral" or "dpm_2_ancestral_eta0" => new Dpm2AncestralSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "dpmpp_2s_ancestral" or "dpmpp_2s_eta0" => new DpmPlusPlus2SAncestralSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "dpmpp_sde" or "dpmpp_sde_eta0" => new DpmPlusPlusSdeSolver(new() { Eta = eta, NoiseScale = noiseScale, R = parameters.Number("r", 0.5) }),
            "dpmpp_3m_sde" or "dpmpp_3m_sde_eta0" => new DpmPlusPlus3MSdeSolver(new() { Eta = rootEta, NoiseScale = noiseScale }),
            _ when golden.Family.StartsWith("dpmpp_2m_sde_", StringComparison.Ordinal) => new DpmPlusPlus2MSdeSolver(new()
            {
                Eta = rootEta,
                NoiseScale = noiseScale,
                Correction = isMidpoint ? MultistepCorrection.Midpoint : MultistepCorrection.Taylor,
            }),
            _ => null,
        };
    }

    private static string Reason(string family) => family switch
    {
        _ when family.StartsWith("dpm_adaptive", StringComparison.Ordinal) => "an order or a share of noise that no component has",
        "log_likelihood" => "at a loose tolerance it reports the interpolation error of steps that pass the end",
        _ => throw new InvalidDataException($"k-diffusion has a family '{family}' of which nothing is known here."),
    };

    // The recorded states have the churn's noise already: they are no states of the grid.
    private static GoldenClaim Churn(GoldenCase golden, ChurnBase after)
    {
        GoldenParameters parameters = golden.Parameters;
        var solver = new EdmStochasticSolver(new()
        {
            Churn = parameters.Number("s_churn", 0),
            NoiseToSignalMin = parameters.Number("s_tmin", 0),
            NoiseToSignalMax = parameters.Number("s_tmax", double.PositiveInfinity),
            NoiseScale = parameters.Number("s_noise", 1),
            Base = after,
        });
        var schedule = new EdmSchedule(new());
        return GoldenClaim.Reproduced(() =>
        {
            double[] scales = golden.Numbers("sigmas");
            CheckGridOfRun(golden, scales);
            new GoldenRun
            {
                Emits = PredictionKind.Data,
                Schedule = schedule,
                Levels = [.. scales.Select(schedule.At)],
                Solver = solver,
                DrawsByStep = true,
                Trajectory = (_, _) => [],
            }.Check(golden);
        });
    }

    private static GoldenClaim FastAncestral(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        int evaluations = (int)parameters.Number("n", 0);
        var schedule = new EdmSchedule(new() { SigmaMin = parameters.Number("sigma_min", 0), SigmaMax = parameters.Number("sigma_max", 0) });
        var solver = new DpmFastAncestralSolver(new()
        {
            Eta = parameters.Number("eta", 0),
            NoiseScale = parameters.Number("s_noise", 1),
            Remainder = evaluations % 3,
        });
        return GoldenClaim.Reproduced(() =>
        {
            double[] scales = golden.Numbers("sigmas_outer");
            GoldenTables.CheckScales(scales, new LogSnrGrid(new() { End = GridEnd.Minimum }).Levels(schedule, scales.Length - 1));
            new GoldenRun
            {
                Emits = PredictionKind.Data,
                Schedule = schedule,
                Levels = [.. scales.Select(schedule.At)],
                Solver = solver,
            }.Check(golden);
        });
    }

    private static GoldenClaim Sampler(GoldenCase golden, ISolver solver)
    {
        var schedule = new EdmSchedule(new());
        return GoldenClaim.Reproduced(() =>
        {
            double[] scales = golden.Numbers("sigmas");
            CheckGridOfRun(golden, scales);
            new GoldenRun
            {
                Emits = PredictionKind.Data,
                Schedule = schedule,
                Levels = [.. scales.Select(schedule.At)],
                Solver = solver,
            }.Check(golden);
        });
    }

    private static GoldenClaim Adaptive(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        int order = (int)parameters.Number("order", 3);
        double noiseScale = parameters.Number("s_noise", 1);
        var schedule = new EdmSchedule(new() { SigmaMin = parameters.Number("sigma_min", 0), SigmaMax = parameters.Number("sigma_max", 0) });
        var options = new AdaptiveDpmOptions
        {
            RelativeTolerance = parameters.Number("rtol", 0.05),
            AbsoluteTolerance = parameters.Number("atol", 0.0078),
            InitialStep = parameters.Number("h_init", 0.05),
            Proportional = parameters.Number("pcoeff", 0),
            Integral = parameters.Number("icoeff", 1),
            Derivative = parameters.Number("dcoeff", 0),
            Safety = parameters.Number("accept_safety", 0.81),
            Eta = parameters.Number("eta", 0),
            Coupling = StepCoupling.Batch,
        };
        return GoldenClaim.Reproduced(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            var run = new GoldenRun
            {
                Emits = PredictionKind.Data,
                Schedule = schedule,
                Levels = [schedule.At(schedule.Horizon), schedule.At(schedule.MinimumTime)],
                Solver = order == 2 ? new DpmSolver12Solver(options) : new DpmSolver23Solver(options),
                NoiseScale = noiseScale,
            };
            SamplingOutcome outcome = run.Run(golden, golden.Points("x0"), firstDraw: 0);
            GoldenRun.AssertSameAttempts(golden, outcome.Attempts, attempt => (attempt.IsAccepted ? attempt.To : attempt.From).Sigma);
            GoldenRun.AssertSameCost(golden, outcome, order);
            GoldenRun.AssertSame(golden, golden.FinalState, outcome.State, "final state");
        });
    }

    // The outer steps are equal in log sigma, and so are the stages of each; the orders follow from the number of evaluations.
    private static GoldenClaim DpmFast(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("s_noise"); // of noise there is none
        int evaluations = (int)parameters.Number("n", 0);
        (double smallest, double largest) = (parameters.Number("sigma_min", 0), parameters.Number("sigma_max", 0));
        int groups = (evaluations / 3) + 1;
        int[] orders = evaluations % 3 == 0
            ? [.. Enumerable.Repeat(3, groups - 2), 2, 1]
            : [.. Enumerable.Repeat(3, groups - 1), evaluations % 3];
        return GoldenClaim.Reproduced(() =>
        {
            var schedule = new EdmSchedule(new() { SigmaMin = smallest, SigmaMax = largest });
            IReadOnlyList<NoiseLevel> levels = new DpmFastGrid(new() { End = GridEnd.Minimum }).Levels(schedule, evaluations);
            int[] ends = [0, .. orders.Select((_, i) => orders.Take(i + 1).Sum())];
            GoldenTables.CheckScales(golden.Numbers("sigmas_outer"), [.. ends.Select(end => levels[end])]);

            new GoldenRun
            {
                Emits = PredictionKind.Data,
                Schedule = schedule,
                Levels = levels,
                Solver = new DpmSolverFastSolver(new()),
                Trajectory = (trajectory, _) => trajectory.GetProperty("x").EnumerateArray().Select((state, i) => (ends[i], state)),
            }.Check(golden);
        });
    }

    // Their integrator steps past the end and interpolates; at a tight tolerance its result is the flow's.
    private static GoldenClaim Likelihood(GoldenCase golden, double tolerance)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("method");
        var schedule = new EdmSchedule(new() { SigmaMin = parameters.Number("sigma_min", 0), SigmaMax = parameters.Number("sigma_max", 0) });
        return GoldenClaim.Reproduced(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            int dimension = golden.Target.Dimension;
            double[] points = golden.Points("x0");
            var flow = new ProbabilityFlow
            {
                Denoiser = golden.DifferentiableModel(),
                Schedule = schedule,
                Cleanest = schedule.At(schedule.MinimumTime),
                Noisiest = schedule.At(schedule.Horizon),
            };
            FlowLikelihood found = flow.LogLikelihood(tensor(points, [points.Length / dimension, dimension]), new LikelihoodSettings
            {
                Tolerance = tolerance,
                Divergence = Divergence.Hutchinson,
                Randomness = new TapeNoise((_, like) => tensor(golden.Points("v"), like.shape)),
            });
            GoldenRun.AssertSame(golden, golden.Numbers("log_likelihood_nats"), found.LogDensity, "log-likelihood");
        });
    }

    private static void CheckGridOfRun(GoldenCase golden, double[] scales)
    {
        JsonElement spec = golden.Json.GetProperty("grid_spec");
        ITimeGrid grid = spec.GetProperty("fn").GetString() switch
        {
            "get_sigmas_karras" => new KarrasGrid(new() { Rho = spec.GetProperty("rho").GetDouble() }),
            "get_sigmas_exponential" => new LogSnrGrid(new()),
            string other => throw new InvalidDataException($"A grid '{other}' of which nothing is known here."),
            null => throw new InvalidDataException("A grid without a name."),
        };
        EdmSchedule schedule = new(new() { SigmaMin = spec.GetProperty("sigma_min").GetDouble(), SigmaMax = spec.GetProperty("sigma_max").GetDouble() });
        GoldenTables.CheckScales(scales, grid.Levels(schedule, spec.GetProperty("n").GetInt32()));
    }

    private static GoldenClaim Grid(GoldenCase golden, ITimeGrid grid)
    {
        GoldenParameters parameters = golden.Parameters;
        int steps = (int)parameters.Number("n", 0);
        var schedule = new EdmSchedule(new() { SigmaMin = parameters.Number("sigma_min", 0), SigmaMax = parameters.Number("sigma_max", 0) });
        return GoldenClaim.Reproduced(() => GoldenTables.CheckScales(golden.Numbers("sigmas"), grid.Levels(schedule, steps)));
    }

    private static GoldenClaim VariancePreservingGrid(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        double smallest = parameters.Number("beta_min", 0);
        var schedule = new VariancePreservingSchedule(new()
        {
            BetaMin = smallest,
            BetaMax = smallest + parameters.Number("beta_d", 0),
            MinimumTime = parameters.Number("eps_s", 0),
        });
        int steps = (int)parameters.Number("n", 0);

        var grid = new VpGrid(new() { BetaMin = smallest, BetaMax = smallest + parameters.Number("beta_d", 0), Epsilon = parameters.Number("eps_s", 0) });
        var anyScale = new EdmSchedule(new() { SigmaMin = 1e-9, SigmaMax = 1e9 });

        // The process itself at equal times, and its noise scales under another. There σ/α = √(e^B − 1), formed as it stands.
        return GoldenClaim.Reproduced(() =>
        {
            GoldenTables.CheckScales(golden.Numbers("sigmas"), new UniformGrid(new()).Levels(schedule, steps), LostOfSquare);
            GoldenTables.CheckScales(golden.Numbers("sigmas"), grid.Levels(anyScale, steps), LostOfSquare);
        });

        static double LostOfSquare(double scale) => scale == 0 ? 0 : 1e-15 / (scale * scale);
    }

    // From x = 1 with D = 0 a step is σ_down/σ_from without noise, and σ_up more with noise 1.
    private static void CheckAncestralStep(GoldenCase golden)
    {
        using DisposeScope scope = NewDisposeScope();
        var schedule = new EdmSchedule(new());
        var solver = new EulerAncestralSolver(new() { Eta = golden.Number("eta") });
        double[] from = golden.Numbers("sigma_from");
        double[] to = golden.Numbers("sigma_to");
        for (int i = 0; i < from.Length; i++)
        {
            double down = Step(0) * from[i];
            double up = Step(1) - Step(0);
            Assert.Equal(golden.Numbers("sigma_down")[i], down, 1e-12 * from[i]);
            Assert.Equal(golden.Numbers("sigma_up")[i], up, 1e-12 * from[i]);

            double Step(double noise) => solver.Step(
                new SolverStep
                {
                    X = ones([1, 1], dtype: ScalarType.Float64), From = schedule.At(from[i]), To = schedule.At(to[i]), Schedule = schedule, Index = 0,
                    Count = 1, History = [], Noise = new TapeNoise((_, like) => full_like(like, noise)),
                },
                new Origin()).item<double>();
        }
    }

    private sealed class Origin : IDenoiser
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Data, zeros_like(x), x, levels);
    }
}

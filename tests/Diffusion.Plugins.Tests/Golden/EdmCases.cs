using Diffusion.Grids;
using Diffusion.Losses;
using Diffusion.Schedules;
using Diffusion.Solvers;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>EDM's sampler and its ablation over processes: a denoiser, integrated in time.</summary>
internal static class EdmCases
{
    // The peer goes from t to σ and back before each step, and adds noise for the difference of σ². Under "vp" that difference is a rounding
    // error, of which it takes the root: noise of about 1e-8 of the state.
    private const double RoundTripNoise = 1e-6;

    public static GoldenClaim Claim(GoldenCase golden)
    {
        if (golden.Family is "grid_iddpm")
            return GoldenClaim.Reproduced(
                () => GoldenTables.CheckScales(golden.Numbers("sigmas"), Discretization("iddpm", golden, (int)golden.Number("N")), LostOfSquare));
        if (golden.Family is "schedule")
            return GoldenClaim.Reproduced(() => CheckSchedule(golden));
        if (golden.Family is "edm_sampler" or "edm_sampler_churn")
            return Sampler(golden);
        if (golden.Family == "loss_weight")
            return LossWeight(golden);
        if (golden.Family.StartsWith("ablation_", StringComparison.Ordinal))
            return Ablation(golden);
        if (golden.Family == "precond")
            return PreconditionerTables.Claim(golden);
        throw new InvalidDataException($"EDM has a family '{golden.Family}' of which nothing is known here.");
    }

    private static GoldenClaim Sampler(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        EdmStochasticOptions? churn = Churn(parameters);
        var schedule = new EdmSchedule(new() { SigmaMin = parameters.Number("sigma_min", 0.002), SigmaMax = parameters.Number("sigma_max", 80) });
        var grid = new KarrasGrid(new() { Rho = parameters.Number("rho", 7) });
        return GoldenClaim.Reproduced(() =>
        {
            GoldenTables.CheckScales(golden.Numbers("t_steps"), grid.Levels(schedule, golden.Steps));
            if (churn is not null)
            {
                Run(golden, schedule, new EdmStochasticSolver(churn)).Check(golden);
                return;
            }

            Run(golden, schedule, new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal })).Check(golden);
            Run(golden, schedule, new HeunSolver(new() { Variable = FlowVariable.Time })).Check(golden);
        });
    }

    private static GoldenClaim Ablation(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("sigma_min", "sigma_max", "rho", "C_1", "C_2", "M"); // the grid, checked by itself
        string discretization = parameters.Text("discretization", "edm");
        double smallestTime = parameters.Number("epsilon_s", 1e-3);
        string process = parameters.Text("schedule", "linear") + "-" + parameters.Text("scaling", "none");
        NoiseSchedule? schedule = process switch
        {
            "linear-none" => new EdmSchedule(new()),
            "ve-none" => new BrownianSchedule(new()),
            "vp-vp" => VariancePreserving(golden, smallestTime),
            _ => null,
        };
        if (schedule is null)
            return GoldenClaim.None($"the process '{process}' is no component");

        double alpha = parameters.Number("alpha", 1);
        bool isEuler = parameters.Text("solver", "heun") == "euler";
        ISolver solver = Churn(parameters) is { } churn
            ? new EdmStochasticSolver(churn with { Base = isEuler ? ChurnBase.Euler : ChurnBase.Heun, Variable = FlowVariable.Time, Alpha = alpha })
            : isEuler ? new EulerSolver(new() { Variable = FlowVariable.Time }) : new HeunSolver(new() { Variable = FlowVariable.Time, Alpha = alpha });
        return GoldenClaim.Reproduced(() =>
        {
            GoldenTables.CheckScales([.. golden.Numbers("sigma_steps"), 0], Discretization(discretization, golden, golden.Steps), LostOfSquare);

            // The times are recorded to rounding, and σ/α follows them with a slope of up to σ/α times β.
            double[] scales = golden.Numbers("sigma_steps");
            double[] times = golden.Numbers("t_steps");
            for (int i = 0; i < scales.Length; i++)
                Assert.Equal(scales[i], schedule.At(times[i]).NoiseToSignal, 1e-11 * scales[i]);
            GoldenRun run = Run(golden, schedule, solver);
            (process == "vp-vp" ? run with { Slack = RoundTripNoise } : run).Check(golden);
        });
    }

    private static EdmStochasticOptions? Churn(GoldenParameters parameters)
    {
        var options = new EdmStochasticOptions
        {
            Churn = parameters.Number("S_churn", 0),
            NoiseToSignalMin = parameters.Number("S_min", 0),
            NoiseToSignalMax = parameters.Number("S_max", double.PositiveInfinity),
            NoiseScale = parameters.Number("S_noise", 1),
        };
        return options.Churn == 0 ? null : options;
    }

    // The levels of "ablation_sampler" by its arguments.
    private static IReadOnlyList<NoiseLevel> Discretization(string name, GoldenCase golden, int steps)
    {
        GoldenParameters parameters = golden.Parameters;
        double epsilon = parameters.Number("epsilon_s", 1e-3);
        var process = new VariancePreservingSchedule(new());
        (ITimeGrid grid, double smallest, double largest) = name switch
        {
            "vp" => ((ITimeGrid)new VpGrid(new() { Epsilon = epsilon }), process.At(epsilon).NoiseToSignal, process.At(1).NoiseToSignal),
            "ve" => (new LogSnrGrid(new()), 0.02, 100),
            "iddpm" => (new IddpmGrid(new()
            {
                TrainSteps = (int)parameters.Number("M", 1000), LargestRatio = parameters.Number("C_1", 0.001), Offset = parameters.Number("C_2", 0.008),
            }), 0.002, 81),
            "edm" => (new KarrasGrid(new() { Rho = parameters.Number("rho", 7) }), 0.002, 80),
            _ => throw new InvalidDataException($"EDM has a discretization '{name}' of which nothing is known here."),
        };
        var schedule = new EdmSchedule(new() { SigmaMin = parameters.Number("sigma_min", smallest), SigmaMax = parameters.Number("sigma_max", largest) });
        return grid.Levels(schedule, steps);
    }

    // √(e^B − 1) and √((u² + 1)/r − 1), formed as they stand.
    private static double LostOfSquare(double scale) => scale == 0 ? 0 : 1e-15 / (scale * scale);

    /// <summary>Scales by our samplers of times at the recorded draws, and the weight on the denoiser's squared error there.</summary>
    private static GoldenClaim LossWeight(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        (NoiseSchedule Schedule, ITimeSampler Sampler, ILossWeighting Weighting, Func<int, double> Quantile)? loss = golden.Text("cls") switch
        {
            "EDMLoss" => (
                new EdmSchedule(new() { SigmaMin = 1e-9, SigmaMax = 1e9 }),
                new LogNormalTimeSampler(new() { Mean = parameters.Number("P_mean", -1.2), StandardDeviation = parameters.Number("P_std", 1.2) }),
                new EdmWeighting(new() { SigmaData = parameters.Number("sigma_data", 0.5) }),
                i => Normal.CDF(0, 1, golden.Numbers("normal_draw")[i])),
            "VELoss" => (
                new VarianceExplodingSchedule(new() { SigmaMin = parameters.Number("sigma_min", 0.02), SigmaMax = parameters.Number("sigma_max", 100) }),
                new LogSnrTimeSampler(),
                new SnrWeighting(),
                i => golden.Numbers("uniform_draw")[i]),
            "VPLoss" => (
                new VariancePreservingSchedule(new()
                {
                    BetaMin = parameters.Number("beta_min", 0.1),
                    BetaMax = parameters.Number("beta_min", 0.1) + parameters.Number("beta_d", 19.9),
                    MinimumTime = parameters.Number("epsilon_t", 1e-5),
                }),
                new UniformTimeSampler(),
                new SnrWeighting(),
                i => 1 - golden.Numbers("uniform_draw")[i]),
            _ => null,
        };
        if (loss is not { } known)
            return GoldenClaim.None($"the loss '{golden.Text("cls")}' is no component");
        if (parameters.Unread.Count > 0)
            return GoldenClaim.None($"the argument '{parameters.Unread.First()}' is not understood");

        return GoldenClaim.Reproduced(() =>
        {
            double[] scales = golden.Numbers("sigma");
            for (int i = 0; i < scales.Length; i++)
            {
                NoiseLevel level = known.Schedule.At(known.Sampler.Time(known.Quantile(i), known.Schedule));
                Assert.Equal(scales[i], level.NoiseToSignal, 1e-11 * scales[i]);
                double weight = known.Weighting.WeightOn(ResidualForm.Data, level, known.Schedule);
                Assert.Equal(golden.Numbers("weight")[i], weight, 4e-11 * weight);
            }
        });
    }

    private static GoldenRun Run(GoldenCase golden, NoiseSchedule schedule, ISolver solver) => new()
    {
        Emits = PredictionKind.Data,
        Schedule = schedule,
        Levels = [.. golden.Numbers("t_steps").Select(schedule.At)],
        Solver = solver,
        Start = "x_start",
        DrawsByStep = true,
    };

    // β so that σ/α takes the first and last of the recorded noise scales at t = 1 and t = ε.
    private static VariancePreservingSchedule VariancePreserving(GoldenCase golden, double epsilon)
    {
        double[] scales = golden.Numbers("sigma_steps");
        double atEnd = PreciseMath.Log1p(scales[0] * scales[0]);
        double atEpsilon = PreciseMath.Log1p(scales[^1] * scales[^1]);
        double growth = 2 * ((atEpsilon / epsilon) - atEnd) / (epsilon - 1);
        double smallest = atEnd - (0.5 * growth);
        return new(new() { BetaMin = smallest, BetaMax = smallest + growth });
    }

    private static void CheckSchedule(GoldenCase golden)
    {
        Assert.Contains("VP", golden.Text("schedule"), StringComparison.Ordinal);
        var schedule = new VariancePreservingSchedule(new());
        double[] times = golden.Numbers("t");
        GoldenTables.CheckScales(golden.Numbers("sigma"), [.. times.Select(schedule.At)], scale => 1e-15 / (scale * scale));
        NoiseLevel[] found = [.. golden.Numbers("sigma").Select(scale => schedule.AtHalfLogSnr(-Math.Log(scale)))];
        GoldenTables.CheckTimes(golden.Numbers("sigma_inv_of_sigma"), found, t => 1e-15 / t);
    }
}

using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Solvers;
using Xunit;

namespace Diffusion.Tests.Golden;

/// <summary>EDM's sampler and its ablation over processes: a denoiser, integrated in time.</summary>
internal static class EdmCases
{
    // The peer goes from t to σ and back before each step, and adds noise for the difference of σ². Under "vp" that difference is a rounding
    // error, of which it takes the root: noise of about 1e-8 of the state.
    private const double RoundTripNoise = 1e-6;

    public static GoldenClaim Claim(GoldenCase golden)
    {
        if (golden.Family is "schedule")
            return GoldenClaim.Of(() => CheckSchedule(golden));
        if (golden.Family is "edm_sampler" or "edm_sampler_churn")
            return Sampler(golden);
        if (golden.Family.StartsWith("ablation_", StringComparison.Ordinal))
            return Ablation(golden);
        return GoldenClaim.None(golden.Family switch
        {
            "precond" => "preconditioning belongs to score models",
            "loss_weight" => "loss weights belong to losses",
            "grid_iddpm" => "iDDPM's discrete grid is no component yet",
            _ => throw new InvalidDataException($"EDM has a family '{golden.Family}' of which nothing is known here."),
        });
    }

    private static GoldenClaim Sampler(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        EdmStochasticOptions? churn = Churn(parameters);
        var schedule = new EdmSchedule(new() { SigmaMin = parameters.Number("sigma_min", 0.002), SigmaMax = parameters.Number("sigma_max", 80) });
        var grid = new KarrasGrid(new() { Rho = parameters.Number("rho", 7) });
        return GoldenClaim.Of(() =>
        {
            GoldenTables.CheckScales(golden.Numbers("t_steps"), grid.Levels(schedule, golden.Steps));
            if (churn is not null)
            {
                Run(golden, schedule, new EdmStochasticSolver(churn)).Check(golden);
                return;
            }

            Run(golden, schedule, new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal })).Check(golden);
            Run(golden, schedule, new HeunSolver(new())).Check(golden);
        });
    }

    private static GoldenClaim Ablation(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("discretization", "sigma_min", "sigma_max", "rho", "C_1", "C_2", "M"); // the grid, which is recorded
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
            : isEuler ? new EulerSolver(new()) : new HeunSolver(new() { Alpha = alpha });
        return GoldenClaim.Of(() =>
        {
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

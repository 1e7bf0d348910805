using Diffusion.Core.Sampling;
using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>The authors' DPM-Solver: a noise model under the variance-preserving process.</summary>
internal static class DpmSolverCases
{
    // Their lower_order_final acts below this many steps (the code's number; its documentation says 15).
    private const int FewSteps = 10;

    public static GoldenClaim Claim(GoldenCase golden) => golden.Family switch
    {
        "schedule" => Schedule(golden),
        "timegrid" => TimeGrid(golden),
        _ when golden.Family.StartsWith("multistep_", StringComparison.Ordinal) => Multistep(golden),
        _ when golden.Family.StartsWith("singlestep_", StringComparison.Ordinal) || golden.Family.StartsWith("fixed_", StringComparison.Ordinal) =>
            SingleStep(golden),
        _ when golden.Family.StartsWith("adaptive_", StringComparison.Ordinal) => Adaptive(golden),
        _ => throw new InvalidDataException($"DPM-Solver has a family '{golden.Family}' of which nothing is known here."),
    };

    private static GoldenClaim Multistep(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        int steps = (int)parameters.Number("steps", 0);
        bool onData = parameters.Text("algorithm_type", "") == "dpmsolver++";
        bool lowerOrderFinal = parameters.Flag("lower_order_final", true) && steps < FewSteps;
        bool isTaylor = parameters.Text("solver_type", "dpmsolver") == "taylor";
        bool toClean = parameters.Flag("denoise_to_zero", false);
        MultistepCorrection correction = isTaylor ? MultistepCorrection.Taylor : MultistepCorrection.Midpoint;
        ISolver? solver = ((int)parameters.Number("order", 0), onData) switch
        {
            (1, _) => new DdimSolver(new()),
            (2, true) => new DpmPlusPlus2MSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            (2, false) => new DpmSolver2MSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            (3, true) => new DpmPlusPlus3MPublishedSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            (3, false) => new DpmSolver3MPublishedSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            _ => null,
        };
        if (parameters.Text("method", "") != "multistep" || solver is null)
            return GoldenClaim.None("a multistep DPM-Solver of an order that is no component");

        var schedule = new VariancePreservingSchedule(new() { MinimumTime = parameters.Number("t_end", 1e-3) });
        ITimeGrid? grid = GridOf(parameters.Text("skip_type", ""));
        bool fromHorizon = parameters.Number("t_start", 1) == schedule.Horizon;
        return GoldenClaim.Reproduced(() =>
        {
            double[] times = golden.Numbers("t");
            if (grid is not null && fromHorizon)
                GoldenTables.CheckTimes(times, grid.Levels(schedule, steps), LostOfInverse);

            var run = new GoldenRun { Emits = PredictionKind.Noise, Schedule = schedule, Levels = [.. times.Select(schedule.At)], Solver = solver };
            if (toClean)
                CheckToClean(golden, run);
            else
                run.Check(golden);
        });
    }

    private static GoldenClaim Adaptive(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("t_err"); // within it of the end they stop; a step that long is cut to the end here
        int order = (int)parameters.Number("order", 0);
        double start = parameters.Number("t_start", 1);
        double end = parameters.Number("t_end", 1e-3);
        var options = new AdaptiveDpmOptions
        {
            Form = parameters.Text("algorithm_type", "") == "dpmsolver++" ? ExponentialForm.Data : ExponentialForm.Noise,
            RelativeTolerance = parameters.Number("rtol", 0.05),
            AbsoluteTolerance = parameters.Number("atol", 0.0078),
            InitialStep = parameters.Number("h_init", 0.05),
            Rule = DpmStepRule.Elementary,
            Safety = parameters.Number("theta", 0.9),
            Coupling = StepCoupling.Batch,
        };
        if (parameters.Text("method", "") != "adaptive" || order is not (2 or 3))
            return GoldenClaim.None("an order that no component has");

        var schedule = new VariancePreservingSchedule(new() { MinimumTime = end });
        return GoldenClaim.Reproduced(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            var run = new GoldenRun
            {
                Emits = PredictionKind.Noise,
                Schedule = schedule,
                Levels = [schedule.At(start), schedule.At(end)],
                Solver = order == 2 ? new DpmSolver12Solver(options) : new DpmSolver23Solver(options),
            };
            SamplingOutcome outcome = run.Run(golden, golden.Points("x0"), firstDraw: 0);
            GoldenRun.AssertSameAttempts(golden, outcome.Attempts, attempt => attempt.To.T);
            GoldenRun.AssertSameCost(golden, outcome, order);
            GoldenRun.AssertSame(golden, golden.FinalState, outcome.State, "final state");
        });
    }

    // Their outer steps are our groups of steps; the inner times are spaced in each as the outer ones are in the whole.
    private static GoldenClaim SingleStep(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("steps", "lower_order_final"); // as the recorded orders say; the latter is for multistep
        int order = (int)parameters.Number("order", 0);
        string skip = parameters.Text("skip_type", "");
        bool isFixed = parameters.Text("method", "") == "singlestep_fixed";
        bool isTaylor = parameters.Text("solver_type", "dpmsolver") == "taylor";
        bool toClean = parameters.Flag("denoise_to_zero", false);
        ExponentialForm form = parameters.Text("algorithm_type", "") == "dpmsolver++" ? ExponentialForm.Data : ExponentialForm.Noise;
        ISolver solver = order == 1 ? new DdimSolver(new()) : new DpmSolverFastSolver(new()
        {
            Order = order,
            Form = form,
            Variant = isTaylor ? SingleStepVariant.Taylor : SingleStepVariant.DpmSolver,
            LowerOrderFinal = !isFixed,
        });

        var schedule = new VariancePreservingSchedule(new() { MinimumTime = parameters.Number("t_end", 1e-3) });
        bool fromHorizon = parameters.Number("t_start", 1) == schedule.Horizon;
        return GoldenClaim.Reproduced(() =>
        {
            double[] times = golden.Numbers("t");
            int[] orders = [.. golden.Numbers("orders").Select(value => (int)value)];
            if (GridOf(skip) is { } grid && fromHorizon && (isFixed || skip == "logSNR"))
                GoldenTables.CheckTimes(times, grid.Levels(schedule, orders.Length), LostOfInverse);

            List<NoiseLevel> levels = [schedule.At(times[0])];
            List<int> ends = [];
            for (int i = 0; i < orders.Length; i++)
            {
                levels.AddRange(Enumerable.Range(1, orders[i]).Select(
                    k => k == orders[i] ? schedule.At(times[i + 1]) : Between(schedule, skip, times[i], times[i + 1], k / (double)orders[i])));
                ends.Add(levels.Count - 1);
            }

            var run = new GoldenRun
            {
                Emits = PredictionKind.Noise,
                Schedule = schedule,
                Levels = levels,
                Solver = solver,
                Trajectory = (trajectory, _) => trajectory.GetProperty("x").EnumerateArray().Select((state, i) => (ends[i], state)),
            };
            if (toClean)
                CheckToClean(golden, run);
            else
                run.Check(golden);
        });
    }

    private static NoiseLevel Between(VariancePreservingSchedule schedule, string skip, double from, double to, double share)
    {
        return skip switch
        {
            "logSNR" => schedule.AtHalfLogSnr(Mix(schedule.At(from).HalfLogSnr, schedule.At(to).HalfLogSnr)),
            "time_uniform" => schedule.At(Mix(from, to)),
            "time_quadratic" => schedule.At(Math.Pow(Mix(Math.Sqrt(from), Math.Sqrt(to)), 2)),
            _ => throw new InvalidDataException($"A grid '{skip}' of which nothing is known here."),
        };

        double Mix(double a, double b) => ((1 - share) * a) + (share * b);
    }

    private static ITimeGrid? GridOf(string skip) => skip switch
    {
        "time_uniform" => new UniformGrid(new() { End = GridEnd.Minimum }),
        "logSNR" => new LogSnrGrid(new() { End = GridEnd.Minimum }),
        "time_quadratic" => new QuadraticGrid(new() { End = GridEnd.Minimum }),
        _ => null,
    };

    // "denoise_to_zero" is a step of its own after the last.
    internal static void CheckToClean(GoldenCase golden, GoldenRun run)
    {
        using DisposeScope scope = NewDisposeScope();
        SamplingOutcome main = run.Run(golden, golden.Points("x0"), firstDraw: 0);
        GoldenRun last = run with { Levels = [run.Levels[^1], NoiseLevel.Clean], Solver = new DdimSolver(new()) };
        SamplingOutcome clean = last.Run(golden, main.State.data<double>().ToArray(), firstDraw: 0);
        Assert.Equal(golden.Number("nfe"), main.Evaluations + clean.Evaluations);
        GoldenRun.AssertSame(golden, golden.FinalState, clean.State, "final state");
    }

    private static GoldenClaim Schedule(GoldenCase golden)
    {
        NoiseSchedule? schedule = golden.Text("schedule") switch
        {
            "vp_linear" => new VariancePreservingSchedule(new() { BetaMin = golden.Number("beta_min"), BetaMax = golden.Number("beta_max") }),
            "cosine" => new CosineSchedule(new() { Offset = golden.Number("cosine_s"), Horizon = golden.Number("T") }),
            // DDPM's table, in their units: the horizon is 1.
            "discrete_linear1000" => new ScaledTime(
                new DiscreteBetaSchedule(new() { Table = BetaTable.Linear, TrainSteps = 1000, Interpolation = TableInterpolation.LogAlpha }), 1000),
            _ => null,
        };
        return schedule is null
            ? GoldenClaim.None($"the schedule '{golden.Text("schedule")}' is no component yet")
            : GoldenClaim.Reproduced(() => GoldenTables.CheckSchedule(golden, schedule, isExact: false));
    }

    private static GoldenClaim TimeGrid(GoldenCase golden)
    {
        ITimeGrid? grid = GridOf(golden.Text("skip_type"));
        if (grid is null)
            return GoldenClaim.None($"the grid '{golden.Text("skip_type")}' is no component yet");

        var schedule = new VariancePreservingSchedule(new() { Horizon = golden.Number("t_start"), MinimumTime = golden.Number("t_end") });
        return GoldenClaim.Reproduced(() => GoldenTables.CheckTimes(golden.Numbers("t"), grid.Levels(schedule, (int)golden.Number("N")), LostOfInverse));
    }

    /// <summary>A process whose time runs <paramref name="scale"/> times as fast.</summary>
    private sealed class ScaledTime(NoiseSchedule inner, double scale) : NoiseSchedule
    {
        public override double Horizon => inner.Horizon / scale;

        public override double MinimumTime => inner.MinimumTime / scale;

        public override NoiseLevel At(double t) => inner.At(t * scale) with { T = t };

        public override double Drift(double t) => inner.Drift(t * scale) * scale;

        public override double DiffusionSquared(double t) => inner.DiffusionSquared(t * scale) * scale;

        public override double TimeAt(double halfLogSnr) => inner.TimeAt(halfLogSnr) / scale;
    }

    // Their λ is made from 1 − α², and times come from its inverse.
    private static double LostOfInverse(double t) => 1e-15 / t;
}

using System.Text.Json;
using Diffusion.Schedules;
using Diffusion.Solvers;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>diffusers: a noise model on a table of 1000 noise rates, the state variance-preserving or exploding by scheduler.</summary>
internal static class DiffusersCases
{
    private const int TableLength = 1000;

    // Its lower_order_final acts below this many steps.
    private const int FewSteps = 15;

    public static GoldenClaim Claim(GoldenCase golden)
    {
        string family = golden.Family;
        if (family is "betas")
            return DiffusersTables.Betas(golden);
        if (family is "timesteps")
            return DiffusersTables.Timesteps(golden);
        if (family is "euler" or "euler_karras")
            return OnExplodingNoise(golden, new EulerSolver(new() { Variable = FlowVariable.NoiseToSignal }));
        if (family is "euler_ancestral")
            return OnExplodingNoise(golden, new EulerAncestralSolver(new()));
        if (family is "kdpm2_ancestral")
            return OnExplodingNoise(golden, new Dpm2AncestralSolver(new()), stages: 2);
        if (family is "heun" or "heun_karras")
            return OnExplodingNoise(golden, new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal }), stages: 2);
        if (family.StartsWith("ddim", StringComparison.Ordinal))
            return Ddim(golden);
        if (family.StartsWith("ddpm", StringComparison.Ordinal))
            return Ddpm(golden);
        if (family.StartsWith("dpmm_", StringComparison.Ordinal) || family.StartsWith("deis_", StringComparison.Ordinal))
            return Multistep(golden);
        if (family.StartsWith("dpms_", StringComparison.Ordinal))
            return SingleStep(golden);
        if (family.StartsWith("unipc_", StringComparison.Ordinal))
            return UniPc(golden);
        if (family is "plms" or "pndm_prk")
            return Pndm(golden);
        if (family is "kdpm2")
            return OnExplodingNoise(golden, new Dpm2Solver(), stages: 2);
        if (family is "lms")
        {
            int order = (int)golden.Parameters.Number("order", 4);
            return OnExplodingNoise(golden, new LinearMultistepSolver(new() { Order = order, StartUp = StartUp.Ramp }));
        }

        return GoldenClaim.None(family switch
        {
            _ => throw new InvalidDataException($"diffusers has a family '{family}' of which nothing is known here."),
        });
    }

    private static GoldenClaim Ddim(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("set_alpha_to_one", "timestep_spacing"); // the levels, which are recorded
        double eta = parameters.Number("eta", 0);
        if (parameters.Flag("clip_sample", true))
            return GoldenClaim.None("clipping the estimate of the data is no component yet");

        return OnTable(golden, new DdimSolver(new() { Eta = eta }), golden.Number("final_alpha_cumprod"));
    }

    private static GoldenClaim Ddpm(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("timestep_spacing");
        if (parameters.Flag("clip_sample", true))
            return GoldenClaim.None("clipping the estimate of the data is no component yet");
        double? variance = parameters.Text("variance_type", "fixed_small") switch
        {
            "fixed_small" or "fixed_small_log" => 0,
            "fixed_large" => 1,
            _ => null,
        };
        return variance is null
            ? GoldenClaim.None("a learned variance is the model's")
            : OnTable(golden, new DdpmSolver(new() { Variance = variance.Value }), finalAlphaSquared: 1);
    }

    private static GoldenClaim OnTable(GoldenCase golden, ISolver solver, double finalAlphaSquared)
    {
        // The scheduler goes from t to t − 1000/N, which is the next timestep in most spacings but not in all.
        double[] times = golden.Numbers("timesteps");
        int stride = TableLength / golden.Steps;
        if (times.Zip(times.Skip(1)).Any(pair => pair.First - pair.Second != stride) || times[^1] - stride >= 0)
            return GoldenClaim.None("a run whose steps do not end where the next begins is no sequence of levels");

        double[] alphaSquared = [.. golden.Numbers("alphas_cumprod_at_timesteps"), finalAlphaSquared];
        return GoldenClaim.Reproduced(() => new GoldenRun
        {
            Emits = PredictionKind.Noise,
            Levels = [.. alphaSquared.Select((a, i) => new NoiseLevel(alphaSquared.Length - 1 - i, Math.Sqrt(a), Math.Sqrt(1 - a)))],
            Solver = solver,
        }.Check(golden));
    }

    private static GoldenClaim OnExplodingNoise(GoldenCase golden, ISolver solver, int stages = 1)
    {
        golden.Parameters.Ignore("use_karras_sigmas", "timestep_spacing"); // the levels, which are recorded
        var schedule = new EdmSchedule(new());
        return GoldenClaim.Reproduced(() => new GoldenRun
        {
            Emits = PredictionKind.Noise,
            Schedule = schedule,
            Levels = [.. EveryStage(golden.Numbers("scheduler_sigmas"), stages).Take(golden.Steps + 1).Select(schedule.At)],
            Solver = solver,
            Trajectory = (trajectory, steps) => StatesAfterStages(trajectory, steps, stages),
        }.Check(golden));
    }

    private static GoldenClaim Multistep(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("use_karras_sigmas", "use_lu_lambdas", "timestep_spacing", "final_sigmas_type"); // the levels, which are recorded
        bool isDeis = golden.Family.StartsWith("deis_", StringComparison.Ordinal);
        string algorithm = parameters.Text("algorithm_type", isDeis ? "deis" : "dpmsolver++");
        int order = (int)parameters.Number("solver_order", 2);
        bool lowerOrderFinal = parameters.Flag("lower_order_final", true) && golden.Steps < FewSteps;
        MultistepCorrection correction = parameters.Text("solver_type", "midpoint") == "heun" ? MultistepCorrection.Taylor : MultistepCorrection.Midpoint;
        ISolver? solver = (order, algorithm) switch
        {
            (1, "dpmsolver" or "dpmsolver++" or "deis") => new DdimSolver(new()),
            (2, "dpmsolver++") => new DpmPlusPlus2MSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            (2, "dpmsolver") => new DpmSolver2MSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            (3, "dpmsolver++") => new DpmPlusPlus3MPublishedSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            (3, "dpmsolver") => new DpmSolver3MPublishedSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            (2 or 3, "deis") => new DeisSolver(new()
            {
                Order = order,
                Interpolation = DeisInterpolation.LogNoiseToSignal,
                StartUp = StartUp.Ramp,
                LowerOrderFinal = lowerOrderFinal,
            }),
            (1, "sde-dpmsolver++") => new EulerAncestralSolver(new()),
            (2, "sde-dpmsolver++") => new DpmPlusPlus2MSdeSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            (1, "sde-dpmsolver") => new ExponentialItoSolver(new()),
            (2, "sde-dpmsolver") => new SdeDpmSolver2MSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            _ => null,
        };
        return solver is null
            ? GoldenClaim.None("an order of a multistep method with noise that no component has")
            : OnPreservedVariance(golden, solver);
    }

    private static GoldenClaim SingleStep(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("use_karras_sigmas", "use_lu_lambdas", "timestep_spacing", "final_sigmas_type"); // the levels, which are recorded
        int order = (int)parameters.Number("solver_order", 2);
        SingleStepVariant variant = parameters.Text("solver_type", "midpoint") == "heun" ? SingleStepVariant.Taylor : SingleStepVariant.DpmSolver;
        bool endsClean = golden.Numbers("scheduler_sigmas")[^1] == 0;
        ExponentialForm? form = parameters.Text("algorithm_type", "dpmsolver++") switch
        {
            "dpmsolver++" => ExponentialForm.Data,
            "dpmsolver" => ExponentialForm.Noise,
            _ => null,
        };
        if (form is null)
            return GoldenClaim.None("a single-step method with noise is no component yet");

        // The scheduler turns the flag on by itself where it cannot do without.
        bool lowerOrderFinal = parameters.Flag("lower_order_final", false) || endsClean || golden.Steps % order != 0;
        return OnPreservedVariance(golden, order == 1 ? new DdimSolver(new()) : new DpmSolverFastSolver(new()
        {
            Order = order,
            Form = form.Value,
            Variant = variant,
            MiddleVariant = variant,
            LowerOrderFinal = lowerOrderFinal,
        }));
    }

    private static GoldenClaim UniPc(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("use_karras_sigmas", "timestep_spacing", "final_sigmas_type"); // the levels, which are recorded
        return OnPreservedVariance(golden, new UniPcSolver(new()
        {
            Order = (int)parameters.Number("solver_order", 2),
            Form = parameters.Flag("predict_x0", true) ? ExponentialForm.Data : ExponentialForm.Noise,
            Function = parameters.Text("solver_type", "bh2") == "bh1" ? UniPcFunction.Bh1 : UniPcFunction.Bh2,
            StartUp = StartUp.Ramp,
            LowerOrderFinal = parameters.Flag("lower_order_final", true),
        }), recordsPredicted: true);
    }

    // Its Runge-Kutta stages lie halfway between the timesteps, which are whole numbers.
    private static GoldenClaim Pndm(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("set_alpha_to_one", "timestep_spacing"); // the levels, which are recorded
        bool skipsRungeKutta = parameters.Flag("skip_prk_steps", false);
        var table = new DiscreteTimes(golden);
        double[] times = [.. golden.Numbers("timesteps").Distinct()];
        int stride = TableLength / golden.Steps;
        double[] starts = [.. times.Where(t => (times[0] - t) % stride == 0)];
        if (starts.Length != golden.Steps || starts[^1] - stride >= 0 || (!skipsRungeKutta && (stride % 2 != 0 || golden.Steps < 4)))
            return GoldenClaim.None("a run whose steps do not end where the next begins is no sequence of levels");

        double last = golden.Number("final_alpha_cumprod");
        return GoldenClaim.Reproduced(() => new GoldenRun
        {
            Emits = PredictionKind.Noise,
            Schedule = table,
            Levels = [.. starts.Select(table.At), new NoiseLevel(starts[^1] - stride, Math.Sqrt(last), Math.Sqrt(1 - last))],
            Solver = skipsRungeKutta ? new PlmsSolver() : new PndmSolver(),
            Trajectory = (trajectory, steps) => skipsRungeKutta ? StatesAfterRepeatedFirst(trajectory, steps) : [],
        }.Check(golden));
    }

    // A scheduler that corrects records states before their correction, save the first and the last.
    private static GoldenClaim OnPreservedVariance(GoldenCase golden, ISolver solver, bool recordsPredicted = false)
    {
        double[] scales = golden.Numbers("scheduler_sigmas");
        if (!golden.Numbers("model_sigmas").SequenceEqual(scales.SkipLast(1)))
            return GoldenClaim.None("the model is asked at other noise scales than the state has");

        return GoldenClaim.Reproduced(() => new GoldenRun
        {
            Emits = PredictionKind.Noise,
            Levels = [.. scales.Select(
                (scale, i) => new NoiseLevel(scales.Length - 1 - i, 1 / Math.Sqrt(1 + (scale * scale)), scale / Math.Sqrt(1 + (scale * scale))))],
            Solver = solver,
            Trajectory = (trajectory, steps) => trajectory.GetProperty("x").EnumerateArray().Select((state, i) => (i, state))
                .Where(record => !recordsPredicted || record.i == 0 || record.i == steps),
        }.Check(golden));
    }

    // Schedulers with two stages list every inner noise scale twice, and some repeat the last.
    private static double[] EveryStage(double[] scales, int stages)
    {
        double[] ends = [.. scales.Where((_, i) => i == 0 || (i - 1) % stages == 0)];
        int clean = Array.IndexOf(ends, 0);
        return clean < 0 ? ends : ends[..(clean + 1)];
    }

    private static IEnumerable<(int Level, JsonElement State)> StatesAfterStages(JsonElement trajectory, int steps, int stages)
    {
        JsonElement states = trajectory.GetProperty("x");
        for (int level = 0; level < steps; level++)
            yield return (level, states[level * stages]);
        yield return (steps, states[states.GetArrayLength() - 1]);
    }

    // The first step is recorded twice: with one evaluation and again with two.
    private static IEnumerable<(int Level, JsonElement State)> StatesAfterRepeatedFirst(JsonElement trajectory, int steps)
    {
        JsonElement states = trajectory.GetProperty("x");
        yield return (0, states[0]);
        for (int level = 1; level <= steps; level++)
            yield return (level, states[level + 1]);
    }

    /// <summary>The levels that a case records with its timesteps.</summary>
    private sealed class DiscreteTimes(GoldenCase golden) : NoiseSchedule
    {
        private readonly Dictionary<double, double> _alphaSquared = golden.Numbers("timesteps").Zip(golden.Numbers("alphas_cumprod_at_timesteps"))
            .DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second);

        public override double Horizon => TableLength;

        public override double MinimumTime => 0;

        public override NoiseLevel At(double t) => new(t, Math.Sqrt(_alphaSquared[t]), Math.Sqrt(1 - _alphaSquared[t]));

        public override double Drift(double t) => throw new NotSupportedException();

        public override double DiffusionSquared(double t) => throw new NotSupportedException();

        public override double TimeAt(double halfLogSnr) => throw new NotSupportedException();
    }
}

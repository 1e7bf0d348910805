using System.Text.Json;
using Diffusion.Schedules;
using Diffusion.Solvers;

namespace Diffusion.Tests.Golden;

/// <summary>diffusers: a noise model on a table of 1000 noise rates, the state variance-preserving or exploding by scheduler.</summary>
internal static class DiffusersCases
{
    private const int TableLength = 1000;

    // Its lower_order_final acts below this many steps.
    private const int FewSteps = 15;

    public static GoldenClaim Claim(GoldenCase golden)
    {
        string family = golden.Family;
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
        return GoldenClaim.None(family switch
        {
            "plms" or "pndm_prk" => "PNDM is no component yet",
            "betas" => "discrete tables of noise rates are no component yet",
            "timesteps" => "discrete spacings are no component yet",
            "lms" => "linear multistep is no component yet",
            _ when family.StartsWith("kdpm2", StringComparison.Ordinal) => "the midpoint in log sigma (DPM-2) is no component yet",
            _ when family.StartsWith("dpms_", StringComparison.Ordinal) => "single-step DPM-Solver is no component yet",
            _ when family.StartsWith("unipc_", StringComparison.Ordinal) => "UniPC is no component yet",
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
        return GoldenClaim.Of(() => new GoldenRun
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
        return GoldenClaim.Of(() => new GoldenRun
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
        string algorithm = parameters.Text("algorithm_type", "dpmsolver++");
        int order = (int)parameters.Number("solver_order", 2);
        bool isMidpoint = parameters.Text("solver_type", "midpoint") != "heun";
        ISolver? solver = (order, algorithm) switch
        {
            (1, "dpmsolver" or "dpmsolver++") => new DdimSolver(new()),
            (2, "dpmsolver++") when !golden.Family.StartsWith("deis_", StringComparison.Ordinal) => new DpmPlusPlus2MSolver(new()
            {
                Correction = isMidpoint ? MultistepCorrection.Midpoint : MultistepCorrection.Taylor,
                LowerOrderFinal = golden.Steps < FewSteps,
            }),
            (2, "sde-dpmsolver++") => new DpmPlusPlus2MSdeSolver(new()
            {
                Correction = isMidpoint ? MultistepCorrection.Midpoint : MultistepCorrection.Taylor,
                LowerOrderFinal = golden.Steps < FewSteps,
            }),
            (1, "sde-dpmsolver") => new ExponentialItoSolver(new()),
            (1, "sde-dpmsolver++") => new EulerAncestralSolver(new()),
            (2, "sde-dpmsolver") => new SdeDpmSolver2MSolver(new()
            {
                Correction = isMidpoint ? MultistepCorrection.Midpoint : MultistepCorrection.Taylor,
                LowerOrderFinal = golden.Steps < FewSteps,
            }),
            _ => null,
        };
        if (solver is null)
            return GoldenClaim.None("of the multistep methods only order 1 and the second orders in D and of the SDEs are components yet");

        double[] scales = golden.Numbers("scheduler_sigmas");
        if (!golden.Numbers("model_sigmas").SequenceEqual(scales.SkipLast(1)))
            return GoldenClaim.None("the model is asked at other noise scales than the state has");

        return GoldenClaim.Of(() => new GoldenRun
        {
            Emits = PredictionKind.Noise,
            Levels = [.. scales.Select((scale, i) => new NoiseLevel(scales.Length - 1 - i, 1 / Math.Sqrt(1 + (scale * scale)), scale / Math.Sqrt(1 + (scale * scale))))],
            Solver = solver,
        }.Check(golden));
    }

    // Schedulers with two stages list every inner noise scale twice.
    private static IEnumerable<double> EveryStage(double[] scales, int stages) => scales.Where((_, i) => i == 0 || (i - 1) % stages == 0);

    private static IEnumerable<(int Level, JsonElement State)> StatesAfterStages(JsonElement trajectory, int steps, int stages)
    {
        JsonElement states = trajectory.GetProperty("x");
        for (int level = 0; level < steps; level++)
            yield return (level, states[level * stages]);
        yield return (steps, states[states.GetArrayLength() - 1]);
    }
}

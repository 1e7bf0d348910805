using Diffusion.Schedules;
using Diffusion.Solvers;
using Xunit;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>The authors' UniPC: a noise model under the variance-preserving process.</summary>
internal static class UniPcCases
{
    public static GoldenClaim Claim(GoldenCase golden) => golden.Family switch
    {
        "schedule" when golden.Text("schedule") == "cosine" => GoldenClaim.Reproduced(() => GoldenTables.CheckSchedule(
            golden, new CosineSchedule(new() { Offset = golden.Number("cosine_s"), Horizon = golden.Number("T") }), isExact: false)),
        "schedule" => GoldenClaim.None($"the schedule '{golden.Text("schedule")}' is no component yet"),
        _ => Sampler(golden),
    };

    private static GoldenClaim Sampler(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        parameters.Ignore("skip_type", "t_start"); // the levels, which are recorded
        int steps = (int)parameters.Number("steps", 0);
        int order = (int)parameters.Number("order", 2);
        ExponentialForm form = parameters.Text("algorithm_type", "data_prediction") == "data_prediction" ? ExponentialForm.Data : ExponentialForm.Noise;
        bool lowerOrderFinal = parameters.Flag("lower_order_final", true);
        ISolver? solver = parameters.Text("variant", "bh1") switch
        {
            "bh1" => UniPc(UniPcFunction.Bh1),
            "bh2" => UniPc(UniPcFunction.Bh2),
            "vary_coeff" => new UniPcPublishedVaryingSolver(new() { Order = order, Form = form, LowerOrderFinal = lowerOrderFinal }),
            _ => null,
        };
        bool toClean = parameters.Flag("denoise_to_zero", false);
        if (solver is null)
            return GoldenClaim.None("a variant of UniPC that is no component");

        var schedule = new VariancePreservingSchedule(new() { MinimumTime = parameters.Number("t_end", 1e-3) });
        return GoldenClaim.Reproduced(() =>
        {
            NoiseLevel[] levels = [.. golden.Numbers("t").Select(schedule.At)];
            Assert.Equal(steps, levels.Length - 1);
            var run = new GoldenRun { Emits = PredictionKind.Noise, Schedule = schedule, Levels = levels, Solver = solver };
            if (toClean)
                DpmSolverCases.CheckToClean(golden, run);
            else
                run.Check(golden);
        });

        UniPcSolver UniPc(UniPcFunction function) =>
            new(new() { Order = order, Form = form, Function = function, StartUp = StartUp.Ramp, LowerOrderFinal = lowerOrderFinal });
    }
}

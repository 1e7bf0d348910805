using Diffusion.Schedules;
using Diffusion.Solvers;

namespace Diffusion.Tests.Golden;

/// <summary>azula: a denoiser under processes of its own, of which the levels are recorded.</summary>
internal static class AzulaCases
{
    public static GoldenClaim Claim(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        switch (golden.Family)
        {
            case "ddpm":
                return Sampler(golden, new DdimSolver(new() { Eta = 1 }));
            case "euler":
                return Sampler(golden, new EulerSolver(new() { Variable = FlowVariable.NoiseToSignal }));
            case "heun":
                return Sampler(golden, new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal }));
            case "xeab2" or "xeab3":
                return Sampler(golden, ExponentialAdamsBashforth(ExponentialForm.Data));
            case "zeab2" or "zeab3":
                return Sampler(golden, ExponentialAdamsBashforth(ExponentialForm.Noise));
            case "zab2" or "zab3":
                return Sampler(golden, AdamsBashforth(AdamsVariable.NoiseToSignal));
            case "vab2" or "vab3":
                return Sampler(golden, AdamsBashforth(AdamsVariable.Rectified));
            case "schedule" when golden.Text("schedule") == "VESchedule":
                var schedule = new VarianceExplodingSchedule(new() { SigmaMin = parameters.Number("sigma_min", 0), SigmaMax = parameters.Number("sigma_max", 0) });
                return GoldenClaim.Of(() => GoldenTables.CheckSchedule(golden, schedule, isExact: false));
            case "schedule":
                return GoldenClaim.None($"{golden.Text("schedule")} adds sigma_min to the process, which no component does");
            default:
                break;
        }

        // Its η scales the variance of the fresh noise, the paper's its standard deviation.
        if (golden.Family.StartsWith("ddim_", StringComparison.Ordinal))
            return Sampler(golden, new DdimSolver(new() { Eta = Math.Sqrt(parameters.Number("eta", 0)) }));

        return GoldenClaim.None(golden.Family switch
        {
            "ito" or "ito_temp" => "the exponential Itô sampler is no component yet",
            "pc" => "Langevin correctors are no component yet",
            _ => throw new InvalidDataException($"azula has a family '{golden.Family}' of which nothing is known here."),
        });

        ExponentialAdamsBashforthSolver ExponentialAdamsBashforth(ExponentialForm form) =>
            new(new() { Order = (int)parameters.Number("order", 3), Form = form, StartUp = StartUp.Ramp });

        LinearMultistepSolver AdamsBashforth(AdamsVariable variable) =>
            new(new() { Order = (int)parameters.Number("order", 3), Variable = variable, StartUp = StartUp.Ramp });
    }

    private static GoldenClaim Sampler(GoldenCase golden, ISolver solver) => GoldenClaim.Of(() =>
    {
        (double[] times, double[] alphas, double[] sigmas) = (golden.Numbers("t"), golden.Numbers("alpha"), golden.Numbers("sigma"));
        new GoldenRun
        {
            Emits = PredictionKind.Data,
            Levels = [.. times.Select((t, i) => new NoiseLevel(t, alphas[i], sigmas[i]))],
            Solver = solver,
        }.Check(golden);
    });
}

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
                return Sampler(golden, new DdpmSolver(new()));
            case "ito" or "ito_temp":
                return Sampler(golden, new ExponentialItoSolver(new() { Eta = parameters.Number("eta", 1), Temperature = parameters.Number("temperature", 1) }));
            case "pc":
                return Sampler(golden, new PredictorCorrectorSolver(new()
                {
                    Predictor = SamplingPredictor.Ddim,
                    Corrector = SamplingCorrector.Renoise,
                    Steps = (int)parameters.Number("corrections", 1),
                    Delta = parameters.Number("delta", 0.01),
                }));
            case "euler":
                return Sampler(golden, new EulerSolver(new() { Variable = FlowVariable.NoiseToSignal }));
            case "heun":
                return Sampler(golden, new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal }));
            case "xeab2" when parameters.Number("order", 2) == 2:
                return Sampler(golden, new DpmPlusPlus2MSolver(new() { Correction = MultistepCorrection.Taylor }));
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
            return Sampler(golden, new EulerAncestralSolver(new() { Eta = Math.Sqrt(parameters.Number("eta", 0)) }));

        return GoldenClaim.None(golden.Family switch
        {
            "zab2" or "zab3" or "vab2" or "zeab2" or "zeab3" or "xeab3" => "Adams-Bashforth methods are no component yet",
            _ => throw new InvalidDataException($"azula has a family '{golden.Family}' of which nothing is known here."),
        });
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

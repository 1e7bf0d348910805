using Diffusion.Schedules;
using Diffusion.Solvers;

namespace Diffusion.Plugins.Tests.Golden;

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
                return Sampler(
                    golden, new ExponentialItoSolver(new() { Eta = parameters.Number("eta", 1), Temperature = parameters.Number("temperature", 1) }));
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
            case "xeab2" or "xeab3":
                return Sampler(golden, ExponentialAdamsBashforth(ExponentialForm.Data));
            case "zeab2" or "zeab3":
                return Sampler(golden, ExponentialAdamsBashforth(ExponentialForm.Noise));
            case "zab2" or "zab3":
                return Sampler(golden, AdamsBashforth(AdamsVariable.NoiseToSignal));
            case "vab2" or "vab3":
                return Sampler(golden, AdamsBashforth(AdamsVariable.Rectified));
            case "schedule":
                return ProcessOf(golden) is { } process
                    ? GoldenClaim.Reproduced(() => GoldenTables.CheckSchedule(golden, process, isExact: false))
                    : GoldenClaim.None($"the process {golden.Text("schedule")} is no component");
            default:
                break;
        }

        // Its η scales the variance of the fresh noise, the paper's its standard deviation.
        if (golden.Family.StartsWith("ddim_", StringComparison.Ordinal))
            return Sampler(golden, new EulerAncestralSolver(new() { Eta = Math.Sqrt(parameters.Number("eta", 0)) }));

        return GoldenClaim.None(golden.Family switch
        {
            _ => throw new InvalidDataException($"azula has a family '{golden.Family}' of which nothing is known here."),
        });

        ExponentialAdamsBashforthSolver ExponentialAdamsBashforth(ExponentialForm form) =>
            new(new() { Order = (int)parameters.Number("order", 3), Form = form, StartUp = StartUp.Ramp });

        LinearMultistepSolver AdamsBashforth(AdamsVariable variable) =>
            new(new() { Order = (int)parameters.Number("order", 3), Variable = variable, StartUp = StartUp.Ramp });
    }

    private static NoiseSchedule? ProcessOf(GoldenCase golden)
    {
        GoldenParameters parameters = golden.Parameters;
        double sigmaMin = parameters.Number("sigma_min", 1e-3);
        string name = golden.Text("schedule");
        if (name == "VESchedule")
            return new VarianceExplodingSchedule(new() { SigmaMin = sigmaMin, SigmaMax = parameters.Number("sigma_max", 1e3) });

        double alphaMin = parameters.Number("alpha_min", 1e-3);
        return name switch
        {
            "VPSchedule" => new VariancePreservingSchedule(new() { BetaMin = 0, BetaMax = -4 * Math.Log(alphaMin), SigmaMin = sigmaMin }),
            "CosineSchedule" => new TrigonometricSchedule(new() { AlphaMin = alphaMin, SigmaMin = sigmaMin }),
            "RectifiedSchedule" => new RectifiedFlowSchedule(new() { AlphaMin = alphaMin, SigmaMin = sigmaMin }),
            "DecaySchedule" => new RectifiedFlowSchedule(new() { AlphaMin = alphaMin, SigmaMin = sigmaMin, Decay = parameters.Number("gamma", 0.1) }),
            _ => null,
        };
    }

    private static GoldenClaim Sampler(GoldenCase golden, ISolver solver) => GoldenClaim.Reproduced(() =>
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

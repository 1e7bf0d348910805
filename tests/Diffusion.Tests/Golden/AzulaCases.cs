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
            case "xeab2" when parameters.Number("order", 2) == 2:
                return Sampler(golden, new DpmPlusPlus2MSolver(new() { Correction = MultistepCorrection.Taylor }));
            case "schedule":
                return ProcessOf(golden) is { } process
                    ? GoldenClaim.Of(() => GoldenTables.CheckSchedule(golden, process, isExact: false))
                    : GoldenClaim.None($"the process {golden.Text("schedule")} is no component");
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
            "zab2" or "zab3" or "vab2" or "zeab2" or "zeab3" or "xeab3" => "Adams-Bashforth methods are no component yet",
            _ => throw new InvalidDataException($"azula has a family '{golden.Family}' of which nothing is known here."),
        });
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

using Diffusion.Solvers;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>The stochastic methods with options that cover their branches, by name.</summary>
internal static class StochasticMethods
{
    /// <summary>Those that follow the reverse process, one state at a time.</summary>
    public static IReadOnlyDictionary<string, ISolver> OneStep { get; } = new Dictionary<string, ISolver>
    {
        ["ddim, eta 1"] = new DdimSolver(new() { Eta = 1 }),
        ["euler-maruyama"] = new EulerMaruyamaSolver(new()),
        ["euler-ancestral, eta 0.6"] = new EulerAncestralSolver(new() { Eta = 0.6 }),
        ["ddpm"] = new DdpmSolver(new()),
        ["ddpm, beta"] = new DdpmSolver(new() { Variance = 1 }),
        ["reverse-diffusion"] = new ReverseDiffusionSolver(new()),
        ["exponential-ito"] = new ExponentialItoSolver(new()),
        ["exponential-ito, eta 0.5"] = new ExponentialItoSolver(new() { Eta = 0.5 }),
        ["dpm-2-ancestral"] = new Dpm2AncestralSolver(new()),
        ["dpm-2-ancestral, eta 0.5"] = new Dpm2AncestralSolver(new() { Eta = 0.5 }),
        ["dpmpp-2s-ancestral"] = new DpmPlusPlus2SAncestralSolver(new()),
        ["dpmpp-2s-ancestral, eta 0.5"] = new DpmPlusPlus2SAncestralSolver(new() { Eta = 0.5 }),
        ["edm-stochastic"] = new EdmStochasticSolver(new() { Churn = 5 }),
        ["edm-stochastic, euler"] = new EdmStochasticSolver(new() { Churn = 5, Base = ChurnBase.Euler }),
        ["edm-stochastic, dpm2"] = new EdmStochasticSolver(new() { Churn = 5, Base = ChurnBase.Dpm2 }),
        ["dpm-fast-ancestral"] = new DpmFastAncestralSolver(new()),
        ["dpm-fast-ancestral, ending with 2"] = new DpmFastAncestralSolver(new() { Remainder = 2 }),
    };

    /// <summary>Those whose law takes longer to carry: two draws a step, or a past state.</summary>
    public static IReadOnlyDictionary<string, ISolver> Wide { get; } = new Dictionary<string, ISolver>
    {
        ["dpmpp-sde"] = new DpmPlusPlusSdeSolver(new()),
        ["dpmpp-sde, eta 0.5"] = new DpmPlusPlusSdeSolver(new() { Eta = 0.5 }),
        ["dpmpp-sde, r 0.7"] = new DpmPlusPlusSdeSolver(new() { R = 0.7 }),
        ["dpmpp-2m-sde"] = new DpmPlusPlus2MSdeSolver(new()),
        ["dpmpp-2m-sde, eta 0.5, taylor"] = new DpmPlusPlus2MSdeSolver(new() { Eta = 0.5, Correction = MultistepCorrection.Taylor }),
        ["sde-dpm-solver-2m"] = new SdeDpmSolver2MSolver(new()),
        ["sde-dpm-solver-2m, eta 0.5, taylor"] = new SdeDpmSolver2MSolver(new() { Eta = 0.5, Correction = MultistepCorrection.Taylor }),
    };

    /// <summary>All of these, and those whose law on a mixture is out of reach.</summary>
    public static IReadOnlyDictionary<string, ISolver> All { get; } =
        OneStep.Concat(Wide).Append(new("dpmpp-3m-sde", new DpmPlusPlus3MSdeSolver(new()))).ToDictionary(p => p.Key, p => p.Value);
}

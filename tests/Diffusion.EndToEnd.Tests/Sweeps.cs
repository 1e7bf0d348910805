namespace Diffusion.EndToEnd.Tests;

/// <summary>Manifests of small sweeps to be disturbed.</summary>
internal static class Sweeps
{
    /// <summary>36 cells of some tens of milliseconds, half of them from a small trained model.</summary>
    public const string Trained = """
        {
          "name": "swept",
          "seed": 3,
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 200,
            "referenceCount": 300 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": "exact-mixture",
          "loss": "noise-prediction",
          "training": { "steps": 400, "batchSize": 32, "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 } },
          "grid": "karras",
          "solver": "heun",
          "steps": 8,
          "samples": 3000,
          "metrics": ["sliced-wasserstein"],
          "sweep": {
            "axes": { "model": ["exact-mixture", { "use": "mlp", "width": 16, "layers": 2 }], "solver": ["euler", "heun", "euler-maruyama"], "steps": [6, 12,
              24] },
            "repeats": 2
          }
        }
        """;

    /// <summary>Eight cells of milliseconds with 80 KB of samples each, from exact scores.</summary>
    public const string Small = """
        {
          "name": "small",
          "seed": 3,
          "data": { "use": "gaussian-mixture", "weights": [0.3, 0.7], "means": [[-2], [1.5]], "standardDeviations": [0.5, 0.3], "count": 100,
            "referenceCount": 100 },
          "schedule": { "use": "variance-exploding", "sigmaMin": 0.02, "sigmaMax": 10 },
          "model": "exact-mixture",
          "grid": "karras",
          "solver": "heun",
          "steps": 4,
          "samples": 20000,
          "metrics": [{ "use": "sliced-wasserstein" }],
          "sweep": { "axes": { "solver": ["euler", "heun"], "steps": [4, 8] }, "repeats": 2 }
        }
        """;
}

using System.Text.Json;
using Diffusion.Core.Sampling;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Solvers;

/// <summary>
/// Every state of every stochastic solver on irregular grids, with given draws, against stochastic-trajectories.json, which an independent program
/// computed with 50 digits (stochastic_trajectories.py says how).
/// </summary>
public sealed class StochasticTrajectoryTests
{
    // Of the state's own size; the levels and coefficients themselves are rounded to doubles.
    private const double Tolerance = 4e-13;

    private static readonly Dictionary<string, NoiseSchedule> Processes = new()
    {
        ["variance-preserving"] = new VariancePreservingSchedule(new()),
        ["rectified-flow"] = new RectifiedFlowSchedule(new()),
        ["edm"] = new EdmSchedule(new()),
    };

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Load().GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void States_agree_with_the_reference(int index)
    {
        JsonElement file = Load();
        JsonElement reference = file.GetProperty("cases")[index];
        string process = reference.GetProperty("process").GetString()!;
        NoiseSchedule schedule = Processes[process];
        NoiseLevel[] levels = [.. file.GetProperty("times").GetProperty(process).EnumerateArray().Select(t => schedule.At(t.GetDouble()))];
        double[][] expected = [.. reference.GetProperty("states").EnumerateArray().Select(Flatten)];

        foreach (PredictionKind kind in new[] { PredictionKind.Noise, PredictionKind.Data })
        {
            using DisposeScope scope = NewDisposeScope();
            var problem = new SamplingProblem(new ExactMixtureDenoiser(ExactProblems.Plane, kind), schedule, levels, Solver(reference));
            var noise = new TapeNoise((draw, like) => tensor(Flatten(file.GetProperty("noise")[draw]), like.shape));
            SamplingOutcome outcome = SamplingLoop.Run(
                problem, tensor(expected[0], [2, 2]), noise, keepTrajectory: true, TestContext.Current.CancellationToken);

            Assert.Equal(expected.Length, outcome.Trajectory.Count);
            for (int i = 0; i < expected.Length; i++)
            {
                double[] state = outcome.Trajectory[i].data<double>().ToArray();
                double scale = Math.Max(1, expected[i].Max(Math.Abs));
                for (int j = 0; j < state.Length; j++)
                {
                    Assert.True(
                        Math.Abs(expected[i][j] - state[j]) <= Tolerance * scale,
                        $"{reference.GetProperty("solver")} {reference.GetProperty("options")} under {process} with a {kind} model, state {i}: {state[j]:r} instead of {expected[i][j]:r}");
                }
            }
        }
    }

    private static ISolver Solver(JsonElement reference)
    {
        JsonElement options = reference.GetProperty("options");
        double eta = Number("eta", 1);
        double noiseScale = Number("noiseScale", 1);
        int steps = (int)Number("steps", 1);
        MultistepCorrection correction = Choice<MultistepCorrection>("correction");
        return reference.GetProperty("solver").GetString() switch
        {
            "euler-ancestral" => new EulerAncestralSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "ddpm" => new DdpmSolver(new() { Variance = Number("variance", 0) }),
            "reverse-diffusion" => new ReverseDiffusionSolver(new() { ProbabilityFlow = Flag("probabilityFlow") }),
            "dpm-2-ancestral" => new Dpm2AncestralSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "dpmpp-2s-ancestral" => new DpmPlusPlus2SAncestralSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "dpmpp-sde" => new DpmPlusPlusSdeSolver(new() { Eta = eta, NoiseScale = noiseScale, R = Number("r", 0.5) }),
            "dpmpp-2m-sde" => new DpmPlusPlus2MSdeSolver(new() { Eta = eta, NoiseScale = noiseScale, Correction = correction }),
            "dpmpp-3m-sde" => new DpmPlusPlus3MSdeSolver(new() { Eta = eta, NoiseScale = noiseScale }),
            "exponential-ito" => new ExponentialItoSolver(new() { Eta = eta, Temperature = Number("temperature", 1) }),
            "sde-dpm-solver-2m" => new SdeDpmSolver2MSolver(new() { Eta = eta, Correction = correction }),
            "edm-stochastic" => new EdmStochasticSolver(new()
            {
                Churn = Number("churn", 0),
                NoiseToSignalMin = Number("minimum", 0),
                NoiseToSignalMax = Number("maximum", 0),
                NoiseScale = noiseScale,
                Base = Choice<ChurnBase>("base"),
            }),
            "dpm-fast-ancestral" => new DpmFastAncestralSolver(new() { Eta = eta, Remainder = (int)Number("remainder", 0) }),
            "langevin" => new LangevinSolver(new() { StepSize = Number("stepSize", 0), Steps = steps, Denoise = Flag("denoise") }),
            "annealed-langevin" => new AnnealedLangevinSolver(new()
            {
                StepSize = Number("stepSize", 0), Steps = steps, SmallestSigma = Number("smallestSigma", 0), Denoise = Flag("denoise"),
            }),
            "predictor-corrector" => new PredictorCorrectorSolver(new()
            {
                Predictor = Choice<SamplingPredictor>("predictor"),
                Corrector = Choice<SamplingCorrector>("corrector"),
                Steps = steps,
                Snr = Number("snr", 0),
                Delta = Number("delta", 0),
            }),
            string other => throw new InvalidDataException($"No solver for the reference '{other}'."),
            null => throw new InvalidDataException("A reference names no solver."),
        };

        double Number(string name, double otherwise) => options.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;
        bool Flag(string name) => options.TryGetProperty(name, out JsonElement value) && value.GetBoolean();
        T Choice<T>(string name)
            where T : struct, Enum =>
            options.TryGetProperty(name, out JsonElement value)
                ? Enum.Parse<T>(value.GetString()!.Replace("-", "", StringComparison.Ordinal), ignoreCase: true)
                : default;
    }

    private static double[] Flatten(JsonElement points) => [.. points.EnumerateArray().SelectMany(point => point.EnumerateArray()).Select(v => v.GetDouble())];

    private static JsonElement Load()
    {
        using Stream stream = typeof(StochasticTrajectoryTests).Assembly.GetManifestResourceStream("stochastic-trajectories.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}

using System.Text.Json;
using Diffusion.Core.Sampling;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Solvers;

/// <summary>
/// Every state of every solver on irregular grids against reference-trajectories.json, which an independent program computed with 50 digits
/// (reference_trajectories.py says how). An order test cannot see a wrong constant of the method's own order; this can.
/// </summary>
public sealed class ReferenceTrajectoryTests
{
    // Of the state's own size; the levels and coefficients themselves are rounded to doubles.
    private const double Tolerance = 2e-13;

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
        FlowVariable variable = Text("variable") == "noise-to-signal" ? FlowVariable.NoiseToSignal : FlowVariable.Time;
        return reference.GetProperty("solver").GetString() switch
        {
            "euler" => new EulerSolver(new() { Variable = variable }),
            "heun" => new HeunSolver(new() { Variable = variable, Alpha = Number("alpha") ?? 1 }),
            "ddim" => new DdimSolver(new() { Eta = Number("eta")!.Value }),
            "dpmpp-2m" => new DpmPlusPlus2MSolver(new()
            {
                Correction = Text("correction") == "taylor" ? MultistepCorrection.Taylor : MultistepCorrection.Midpoint,
            }),
            "euler-maruyama" => new EulerMaruyamaSolver(new() { Eta = Number("eta")!.Value }),
            string other => throw new InvalidDataException($"No solver for the reference '{other}'."),
            null => throw new InvalidDataException("A reference names no solver."),
        };

        string? Text(string name) => options.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
        double? Number(string name) => options.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : null;
    }

    private static double[] Flatten(JsonElement points) => [.. points.EnumerateArray().SelectMany(point => point.EnumerateArray()).Select(v => v.GetDouble())];

    private static JsonElement Load()
    {
        using Stream stream = typeof(ReferenceTrajectoryTests).Assembly.GetManifestResourceStream("reference-trajectories.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}

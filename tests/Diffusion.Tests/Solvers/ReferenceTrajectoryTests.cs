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
        int order = (int)(Number("order") ?? 0);
        bool lowerOrderFinal = Flag("lowerOrderFinal") ?? false;
        ExponentialForm form = Choice<ExponentialForm>("form");
        MultistepCorrection correction = Choice<MultistepCorrection>("correction");
        SingleStepVariant variant = Choice<SingleStepVariant>("variant");
        StartUp startUp = Choice<StartUp>("startUp");
        double third = 1.0 / 3;
        return reference.GetProperty("solver").GetString() switch
        {
            "euler" => new EulerSolver(new() { Variable = Choice<FlowVariable>("variable") }),
            "heun" => new HeunSolver(new() { Variable = Choice<FlowVariable>("variable"), Alpha = Number("alpha") ?? 1 }),
            "rk4" => new RungeKutta4Solver(new() { Variable = Choice<FlowVariable>("variable") }),
            "ddim" => new DdimSolver(new() { Eta = Number("eta")!.Value }),
            "dpm-2" => new Dpm2Solver(),
            "dpm-solver-2" => new DpmSolver2Solver(new() { Variant = variant, R1 = Number("r1") ?? 0.5 }),
            "dpmpp-2s" => new DpmPlusPlus2SSolver(new() { Variant = variant, R1 = Number("r1") ?? 0.5 }),
            "dpm-solver-3" => new DpmSolver3Solver(new() { Variant = variant, R1 = Number("r1") ?? third, R2 = Number("r2") ?? (2 * third) }),
            "dpmpp-3s" => new DpmPlusPlus3SSolver(new() { Variant = variant, R1 = Number("r1") ?? third, R2 = Number("r2") ?? (2 * third) }),
            "dpm-solver-fast" => new DpmSolverFastSolver(new()
            {
                Order = order, Form = form, Variant = variant, MiddleVariant = Choice("middleVariant", SingleStepVariant.Taylor),
            }),
            "dpmpp-2m" => new DpmPlusPlus2MSolver(new() { Correction = correction }),
            "dpm-solver-2m" => new DpmSolver2MSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            "dpmpp-3m" => new DpmPlusPlus3MSolver(new() { StartUp = startUp, LowerOrderFinal = lowerOrderFinal }),
            "dpm-solver-3m" => new DpmSolver3MSolver(new() { StartUp = startUp, LowerOrderFinal = lowerOrderFinal }),
            "dpmpp-3m-published" => new DpmPlusPlus3MPublishedSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            "dpm-solver-3m-published" => new DpmSolver3MPublishedSolver(new() { Correction = correction, LowerOrderFinal = lowerOrderFinal }),
            "exponential-adams-bashforth" => new ExponentialAdamsBashforthSolver(new() { Order = order, Form = form, StartUp = startUp }),
            "lms" => new LinearMultistepSolver(new()
            {
                Order = order, Variable = Choice<AdamsVariable>("variable"), StartUp = startUp, LowerOrderFinal = lowerOrderFinal,
            }),
            "deis" => new DeisSolver(new() { Order = order, Interpolation = Choice<DeisInterpolation>("interpolation"), StartUp = startUp }),
            "ipndm" => new IpndmSolver(new() { Order = order }),
            "plms" => new PlmsSolver(),
            "pndm" => new PndmSolver(),
            "unipc" => new UniPcSolver(new()
            {
                Order = order, Form = form, Function = Choice<UniPcFunction>("function"), StartUp = startUp, LowerOrderFinal = lowerOrderFinal,
            }),
            "unipc-vary-published" => new UniPcPublishedVaryingSolver(new()
            {
                Order = order, Form = form, LowerOrderFinal = Flag("lowerOrderFinal") ?? true,
            }),
            "euler-maruyama" => new EulerMaruyamaSolver(new() { Eta = Number("eta")!.Value }),
            string other => throw new InvalidDataException($"No solver for the reference '{other}'."),
            null => throw new InvalidDataException("A reference names no solver."),
        };

        string? Text(string name) => options.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
        double? Number(string name) => options.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : null;
        bool? Flag(string name) => options.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : null;

        // As manifests spell it.
        T Choice<T>(string name, T otherwise = default)
            where T : struct, Enum => Text(name) is { } text ? Enum.Parse<T>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true) : otherwise;
    }

    private static double[] Flatten(JsonElement points) => [.. points.EnumerateArray().SelectMany(point => point.EnumerateArray()).Select(v => v.GetDouble())];

    private static JsonElement Load()
    {
        using Stream stream = typeof(ReferenceTrajectoryTests).Assembly.GetManifestResourceStream("reference-trajectories.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}

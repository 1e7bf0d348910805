using System.Text.Json;
using Diffusion.Core.Sampling;
using Diffusion.Schedules;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Solvers;

/// <summary>A file of runs that an independent program computed with 50 digits, every state of each.</summary>
/// <param name="resource">The file's name.</param>
/// <param name="tolerance">Agreement asked for, of the state's own size; the levels and coefficients themselves are rounded to doubles.</param>
internal sealed class TrajectoryReference(string resource, double tolerance)
{
    private static readonly Dictionary<string, NoiseSchedule> Processes = new()
    {
        ["variance-preserving"] = new VariancePreservingSchedule(new()),
        ["rectified-flow"] = new RectifiedFlowSchedule(new()),
        ["edm"] = new EdmSchedule(new()),
    };

    /// <summary>The number of each case.</summary>
    public TheoryData<int> Cases => [.. Enumerable.Range(0, Load().GetProperty("cases").GetArrayLength())];

    /// <summary>Runs a case and compares every state, with a model of noise and with one of data.</summary>
    public void Check(int index, Func<string, TrajectoryOptions, ISolver> create)
    {
        JsonElement file = Load();
        JsonElement reference = file.GetProperty("cases")[index];
        string process = reference.GetProperty("process").GetString()!;
        NoiseSchedule schedule = Processes[process];
        NoiseLevel[] levels = [.. file.GetProperty("times").GetProperty(process).EnumerateArray().Select(t => schedule.At(t.GetDouble()))];
        double[][] expected = [.. reference.GetProperty("states").EnumerateArray().Select(Flatten)];
        string name = reference.GetProperty("solver").GetString()!;
        JsonElement options = reference.GetProperty("options");

        foreach (PredictionKind kind in new[] { PredictionKind.Noise, PredictionKind.Data })
        {
            using DisposeScope scope = NewDisposeScope();
            var problem = new SamplingProblem(new ExactMixtureDenoiser(ExactProblems.Plane, kind), schedule, levels, create(name, new(options)));
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
                        Math.Abs(expected[i][j] - state[j]) <= tolerance * scale,
                        $"{name} {options} under {process} with a {kind} model, state {i}: {state[j]:r} instead of {expected[i][j]:r}");
                }
            }
        }
    }

    private static double[] Flatten(JsonElement points) => [.. points.EnumerateArray().SelectMany(point => point.EnumerateArray()).Select(v => v.GetDouble())];

    private JsonElement Load()
    {
        using Stream stream = typeof(TrajectoryReference).Assembly.GetManifestResourceStream(resource)!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}

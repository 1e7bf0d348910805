using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Benchmarks.Workloads;

/// <summary>Euler's method along Karras's grid, through the engine's own loop. The state is (B, 2), float32.</summary>
internal static class Sampling
{
    public static void Run(IScoreModel model, int batch, int steps)
    {
        var schedule = new EdmSchedule(new EdmOptions());
        var problem = new SamplingProblem(
            model, schedule, new KarrasGrid(new KarrasGridOptions()).Levels(schedule, steps), new EulerSolver(new EulerOptions()));
        using DisposeScope scope = NewDisposeScope();
        var noise = new PhiloxNoiseSource(new NoiseKey(1, 0), 0, schedule.Horizon);
        SamplingLoop.Run(problem, noise.Initial(empty(batch, 2)).mul_(80), noise);
    }
}

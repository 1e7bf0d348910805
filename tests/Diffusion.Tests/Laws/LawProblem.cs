using Diffusion.Core.Laws;
using Diffusion.Core.Sampling;
using Diffusion.Schedules;
using Diffusion.ScoreModels;

namespace Diffusion.Tests.Laws;

/// <summary>Samplers whose laws are computed.</summary>
internal static class LawProblem
{
    /// <summary>0.3 N(−2, 0.5²) + 0.7 N(1.5, 0.3²).</summary>
    public static GaussianMixture TwoModes { get; } = GaussianMixture.FromArrays([[-2], [1.5]], [0.3, 0.7], [0.5, 0.3], []);

    public static DataDescription Describe(GaussianMixture mixture) => new() { Name = "mixture", Shape = [mixture.Dimension], Mixture = mixture };

    /// <summary>The law of a solver with the exact score.</summary>
    public static SamplerLaw Law(
        ISolver solver, ITimeGrid grid, int steps, GaussianMixture? target = null, StartLaw start = StartLaw.Exact, NoiseSchedule? schedule = null)
    {
        GaussianMixture data = target ?? TwoModes;
        NoiseSchedule process = schedule ?? new EdmSchedule(new() { SigmaMin = 0.002, SigmaMax = 80 });
        return new SamplerLaw
        {
            Problem = new SamplingProblem(new GaussianMixtureScoreModel(new(), Describe(data)), process, grid.Levels(process, steps), solver),
            Target = data,
            Start = start,
        };
    }

    /// <summary>The steps with which a solver makes so many evaluations.</summary>
    public static int Steps(ISolver solver, ITimeGrid grid, int evaluations, NoiseSchedule schedule) =>
        Enumerable.Range(1, 100).First(steps => solver.Traits.Evaluations(grid.Levels(schedule, steps)) >= evaluations);
}

using Diffusion.Schedules;

namespace Diffusion.Tests.Grids;

/// <summary>The processes that grids are tested on.</summary>
internal static class GridSchedules
{
    /// <summary>Processes with a finite log signal-to-noise ratio at the horizon.</summary>
    public static IReadOnlyList<NoiseSchedule> WithSignalAtTheHorizon { get; } =
    [
        new VariancePreservingSchedule(new()),
        new SubVariancePreservingSchedule(new()),
        new VarianceExplodingSchedule(new()),
        new VarianceExplodingSchedule(new() { Continuous = true }),
        new EdmSchedule(new()),
        new OrnsteinUhlenbeckSchedule(new()),
        new CosineSchedule(new()),
        new BrownianSchedule(new() { Horizon = 6400, MinimumTime = 4e-6 }),
    ];

    /// <summary>All of them, pure noise at the horizon included.</summary>
    public static IReadOnlyList<NoiseSchedule> All { get; } =
        [.. WithSignalAtTheHorizon, new RectifiedFlowSchedule(new()), new TrigonometricSchedule(new())];
}

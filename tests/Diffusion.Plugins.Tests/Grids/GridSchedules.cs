using Diffusion.Schedules;

namespace Diffusion.Plugins.Tests.Grids;

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
        new LinearLangevinSchedule(new()),
        new ExponentialSchedule(new()),
        new PowerSchedule(new()),
        new CosineSchedule(new() { Shift = 4 }),
        new RectifiedFlowSchedule(new() { AlphaMin = 0.01, SigmaMin = 0.01, Shift = 3, MinimumTime = 0 }),
        new DiscreteBetaSchedule(new()),
        new DiscreteBetaSchedule(new() { Table = BetaTable.ScaledLinear, Interpolation = TableInterpolation.HalfLogSnr }),
        new DiscreteBetaSchedule(new() { Table = BetaTable.Sigmoid, Interpolation = TableInterpolation.NoiseToSignal }),
        Schedules.ReferenceSchedules.Tabulated("levels.csv"),
        Schedules.ReferenceSchedules.Tabulated("log-snr.csv"),
    ];

    /// <summary>All of them, pure noise at the horizon included.</summary>
    public static IReadOnlyList<NoiseSchedule> All { get; } =
    [
        .. WithSignalAtTheHorizon,
        new RectifiedFlowSchedule(new()),
        new TrigonometricSchedule(new()),
        new SigmoidSchedule(new() { Horizon = 1 }),
        new StochasticInterpolantSchedule(new() { SignalExponent = 2, NoiseExponent = 0.7 }),
        new StochasticInterpolantSchedule(new() { Path = InterpolantPath.VariancePreserving }),
        new DiscreteBetaSchedule(new() { ZeroTerminalSnr = true }),
    ];
}

using Diffusion.Schedules;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Schedules;

public sealed class VariancePreservingScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new VariancePreservingSchedule(new());
}

public sealed class VariancePreservingWithConstantRateTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new VariancePreservingSchedule(new() { BetaMin = 8, BetaMax = 8 });
}

public sealed class SubVariancePreservingScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new SubVariancePreservingSchedule(new());
}

public sealed class VarianceExplodingScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new VarianceExplodingSchedule(new());
}

public sealed class ContinuousVarianceExplodingScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new VarianceExplodingSchedule(new() { Continuous = true });
}

public sealed class EdmScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new EdmSchedule(new());
}

public sealed class OrnsteinUhlenbeckScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new OrnsteinUhlenbeckSchedule(new());
}

public sealed class CosineScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new CosineSchedule(new());
}

public sealed class CosineWithoutOffsetTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new CosineSchedule(new() { Offset = 0, Horizon = 1 });
}

public sealed class RectifiedFlowScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new RectifiedFlowSchedule(new());
}

public sealed class TrigonometricScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new TrigonometricSchedule(new());
}

public sealed class BrownianScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new BrownianSchedule(new() { Sigma = 3, Horizon = 7 });
}

public sealed class LinearLangevinScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new LinearLangevinSchedule(new() { Gamma = 0.3, Q = 2.5, Horizon = 9 });
}

public sealed class ExponentialScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new ExponentialSchedule(new());
}

public sealed class PowerScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new PowerSchedule(new());
}

public sealed class PowerOfOneHalfTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new PowerSchedule(new() { Exponent = 0.5, Rate = 3 });
}

public sealed class VariancePreservingWithNoiseAtTheStartTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new VariancePreservingSchedule(new() { BetaMin = 0, BetaMax = 20, SigmaMin = 0.05, MinimumTime = 0 });
}

public sealed class ShiftedCosineTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new CosineSchedule(new() { Shift = 4 });
}

public sealed class ShiftedRectifiedFlowTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() =>
        new RectifiedFlowSchedule(new() { Shift = 3, AlphaMin = 0.01, SigmaMin = 0.02, Decay = 0.1, MinimumTime = 0 });
}

public sealed class TrigonometricWithEndsTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new TrigonometricSchedule(new() { AlphaMin = 0.01, SigmaMin = 0.02, MinimumTime = 0 });
}

public sealed class LinearInterpolantTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new StochasticInterpolantSchedule(new());
}

public sealed class PowerInterpolantTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new StochasticInterpolantSchedule(new() { SignalExponent = 2, NoiseExponent = 0.7 });
}

public sealed class ConvexInterpolantTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new StochasticInterpolantSchedule(new() { Path = InterpolantPath.Convex, SignalExponent = 3 });
}

public sealed class VariancePreservingInterpolantTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() =>
        new StochasticInterpolantSchedule(new() { Path = InterpolantPath.VariancePreserving, SignalExponent = 1.5 });
}

public sealed class TrigonometricInterpolantTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() =>
        new StochasticInterpolantSchedule(new() { Path = InterpolantPath.Trigonometric, SignalExponent = 1.5, NoiseExponent = 2 });
}

public sealed class DiscreteBetaScheduleTests : ScheduleContractTests
{
    // Between entries: the rates jump at them.
    protected override IEnumerable<double> Times => [1e-8, 1e-4, 0.1, .. Enumerable.Range(0, 20).SelectMany(k => new[] { k + 0.25, k + 0.5, k + 0.75 })];

    protected override NoiseSchedule CreateSchedule() => new DiscreteBetaSchedule(new() { TrainSteps = 20 });
}

public sealed class DiscreteBetaWithoutTerminalSignalTests : ScheduleContractTests
{
    // Between entries: the rates jump at them.
    protected override IEnumerable<double> Times => [1e-8, 1e-4, 0.1, .. Enumerable.Range(0, 20).SelectMany(k => new[] { k + 0.25, k + 0.5, k + 0.75 })];

    protected override NoiseSchedule CreateSchedule() =>
        new DiscreteBetaSchedule(new() { TrainSteps = 20, Table = BetaTable.ScaledLinear, ZeroTerminalSnr = true });
}

public sealed class DiscreteBetaGeometricInNoiseTests : ScheduleContractTests
{
    // Between entries: the rates jump at them.
    protected override IEnumerable<double> Times => [1e-8, 1e-4, 0.1, .. Enumerable.Range(0, 20).SelectMany(k => new[] { k + 0.25, k + 0.5, k + 0.75 })];

    protected override NoiseSchedule CreateSchedule() =>
        new DiscreteBetaSchedule(new() { TrainSteps = 20, Table = BetaTable.Cosine, Interpolation = TableInterpolation.HalfLogSnr });
}

public sealed class DiscreteBetaLinearInNoiseTests : ScheduleContractTests
{
    // Between entries: the rates jump at them.
    protected override IEnumerable<double> Times => [1e-8, 1e-4, 0.1, .. Enumerable.Range(0, 20).SelectMany(k => new[] { k + 0.25, k + 0.5, k + 0.75 })];

    protected override NoiseSchedule CreateSchedule() =>
        new DiscreteBetaSchedule(new() { TrainSteps = 20, Table = BetaTable.Sigmoid, Interpolation = TableInterpolation.NoiseToSignal });
}

public sealed class TabulatedScheduleTests : ScheduleContractTests
{
    // Off the rows: third derivatives jump at them.
    protected override IEnumerable<double> Times => [1e-8, 1e-6, 1e-4, 9e-4, 0.03, 0.07, 0.2, 0.28, 0.4, 0.6, 0.7, 0.9, 0.95];

    protected override NoiseSchedule CreateSchedule() => ReferenceSchedules.Tabulated("levels.csv");
}

public sealed class TabulatedVariancePreservingTests : ScheduleContractTests
{
    // Off the rows: third derivatives jump at them.
    protected override IEnumerable<double> Times => [1e-8, 1e-6, 1e-4, 9e-4, 0.03, 0.07, 0.2, 0.28, 0.4, 0.6, 0.7, 0.9, 0.95];

    protected override NoiseSchedule CreateSchedule() => ReferenceSchedules.Tabulated("log-snr.csv");
}

public sealed class SigmoidScheduleTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new SigmoidSchedule(new());
}

public sealed class SigmoidOffCentreTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => new SigmoidSchedule(new() { Start = 0, End = 3, Temperature = 0.3, Horizon = 0.99 });
}

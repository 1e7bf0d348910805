using Diffusion.Schedules;
using Diffusion.Testing;

namespace Diffusion.Tests.Schedules;

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

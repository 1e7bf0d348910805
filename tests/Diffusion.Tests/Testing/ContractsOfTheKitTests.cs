using Diffusion.Testing;

namespace Diffusion.Tests.Testing;

public sealed class VariancePreservingProcessTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => ExactProcesses.VariancePreserving;
}

public sealed class VarianceExplodingProcessTests : ScheduleContractTests
{
    // σ′ in the general form is 0/0 at t = 0 only.
    protected override NoiseSchedule CreateSchedule() => ExactProcesses.VarianceExploding;
}

public sealed class StraightPathProcessTests : ScheduleContractTests
{
    protected override NoiseSchedule CreateSchedule() => ExactProcesses.StraightPath;
}

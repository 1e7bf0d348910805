using Diffusion.Grids;
using Diffusion.Testing;

namespace Diffusion.Tests.Grids;

public sealed class UniformGridToCleanTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.All;

    protected override ITimeGrid CreateGrid() => new UniformGrid(new());
}

public sealed class UniformGridToMinimumTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => false;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.All;

    protected override ITimeGrid CreateGrid() => new UniformGrid(new() { End = GridEnd.Minimum });
}

public sealed class LogSnrGridToCleanTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new LogSnrGrid(new());
}

public sealed class LogSnrGridToMinimumTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => false;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new LogSnrGrid(new() { End = GridEnd.Minimum });
}

public sealed class KarrasGridToCleanTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new KarrasGrid(new());
}

public sealed class KarrasGridToMinimumTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => false;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new KarrasGrid(new() { End = GridEnd.Minimum });
}

public sealed class KarrasGridWithItsOwnScalesTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => false;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.All;

    protected override ITimeGrid CreateGrid() => new KarrasGrid(new() { SigmaMin = 0.05, SigmaMax = 10, Rho = 3, End = GridEnd.Minimum });

    protected override (NoiseLevel First, NoiseLevel Smallest) Ends(NoiseSchedule schedule) =>
        (schedule.At(schedule.TimeAt(-Math.Log(10))), schedule.At(schedule.TimeAt(-Math.Log(0.05))));
}

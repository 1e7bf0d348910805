using Diffusion.Grids;
using Diffusion.Schedules;
using Diffusion.Testing;

namespace Diffusion.Plugins.Tests.Grids;

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

public sealed class DpmFastGridToCleanTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new DpmFastGrid(new());
}

public sealed class DpmFastGridOfOrderTwoToMinimumTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => false;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new DpmFastGrid(new() { Order = 2, End = GridEnd.Minimum });
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

public sealed class UniformGridWithDenoisingTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override bool AddsDenoisingStep => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.All;

    protected override ITimeGrid CreateGrid() => new UniformGrid(new() { End = GridEnd.Denoise });
}

public sealed class KarrasGridWithDenoisingTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override bool AddsDenoisingStep => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new KarrasGrid(new() { End = GridEnd.Denoise });
}

public sealed class QuadraticGridToCleanTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.All;

    protected override ITimeGrid CreateGrid() => new QuadraticGrid(new());
}

public sealed class QuadraticGridToMinimumTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => false;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.All;

    protected override ITimeGrid CreateGrid() => new QuadraticGrid(new() { End = GridEnd.Minimum });
}

public sealed class PolyexponentialGridToCleanTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new PolyexponentialGrid(new() { Rho = 2 });
}

public sealed class PolyexponentialGridToMinimumTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => false;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new PolyexponentialGrid(new() { Rho = 0.5, End = GridEnd.Minimum });
}

public sealed class CosineGridToCleanTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.All;

    protected override ITimeGrid CreateGrid() => new CosineGrid(new());
}

public sealed class CosineGridToMinimumTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => false;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.All;

    protected override ITimeGrid CreateGrid() => new CosineGrid(new() { End = GridEnd.Minimum });
}

public sealed class BetaGridInTimeTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.All;

    protected override ITimeGrid CreateGrid() => new BetaGrid(new());
}

public sealed class BetaGridInNoiseScaleTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => false;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new BetaGrid(new() { Variable = BetaGridVariable.NoiseScale, Alpha = 0.5, Beta = 1.5, End = GridEnd.Minimum });
}

public sealed class VpGridOfTheSchedulesRangeTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override IEnumerable<NoiseSchedule> Schedules =>
        [new EdmSchedule(new()), new VariancePreservingSchedule(new()), new VarianceExplodingSchedule(new() { SigmaMin = 0.02, SigmaMax = 100 })];

    protected override ITimeGrid CreateGrid() => new VpGrid(new());
}

public sealed class DataScaleGridToCleanTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => true;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new DataScaleGrid(new());
}

public sealed class DataScaleGridToMinimumTests : TimeGridContractTests
{
    protected override bool EndsAtCleanData => false;

    protected override IEnumerable<NoiseSchedule> Schedules => GridSchedules.WithSignalAtTheHorizon;

    protected override ITimeGrid CreateGrid() => new DataScaleGrid(new() { End = GridEnd.Minimum, StandardDeviation = 3, Floor = 0.5, Width = 1, Centre = 1 });
}

namespace Diffusion.Benchmarks.Sweeps;

/// <summary>What a sweep of one size cost.</summary>
/// <param name="Cells">Number of cells.</param>
/// <param name="PlanSeconds">Reading, expanding and deciding.</param>
/// <param name="PlanPeakMegabytes">Peak resident memory until then.</param>
/// <param name="CoordinatorMilliseconds">The coordinator's part of each cell once its record is there.</param>
/// <param name="TrackedMilliseconds">Everything a cell costs beside the writing of its record, with an SQLite store, until the store has it; null where that
/// was not measured.</param>
/// <param name="MemoryEarly">Resident megabytes after a tenth of the sweep.</param>
/// <param name="MemoryLate">Resident megabytes at its end.</param>
/// <param name="AgainSeconds">Planning and running the finished sweep again.</param>
internal sealed record SweepCost(
    int Cells, double PlanSeconds, double PlanPeakMegabytes, double CoordinatorMilliseconds, double? TrackedMilliseconds, double MemoryEarly, double MemoryLate,
    double AgainSeconds);

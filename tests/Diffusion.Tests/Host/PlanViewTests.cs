using Diffusion.Experiments.Forecasting;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;
using Diffusion.Host.Views;
using Diffusion.Tests.Manifests;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>A plan on one screen.</summary>
public sealed class PlanViewTests : IDisposable
{
    private readonly ManifestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private WorkPlan Work(Func<ExperimentCell, string?> objection, params string[] only)
    {
        ExperimentPlan plan = _folder.Plan(ManifestFolder.Sound, "sweep={\"axes\":{\"steps\":{\"range\":[1,20,1]}}}");
        return WorkPlan.Decide(
            plan, new() { Results = _folder.At("results"), Only = only }, null,
            open => open.Select(cell => (cell.Id, objection(cell))).Where(cell => cell.Item2 is not null).ToDictionary(cell => cell.Id, cell => cell.Item2!));
    }

    private static string[] Lines(WorkPlan work) => [.. PlanView.Stages(work).Select(row => string.Join('|', row))];

    [Fact]
    public void Each_stage_has_a_line() => Assert.Equal(["data sets|1|points", "cells to sample|20|new"], Lines(Work(_ => null)));

    [Fact]
    public void Reasons_are_counted_and_what_is_left_out_is_said() => Assert.Equal(
        ["data sets|1|points", "cells to sample|1|new", "cells n/a|4|3: few steps", "||1: one step", "cells left out|15|not selected by --only"],
        Lines(Work(cell => cell.Experiment.Steps switch { 1 => "one step", < 5 => "few steps", _ => null }, "steps=7")));

    [Fact]
    public void A_page_of_a_reason_is_its_first_line()
    {
        string[] lines = Lines(Work(cell => cell.Experiment.Steps < 20 ? $"{new string('x', 300)}\n{cell.Id}" : null));
        Assert.Equal($"cells n/a|19|{new string('x', 239)}…", lines[^1]);
    }

    [Fact]
    public void Five_reasons_are_shown_and_the_others_counted()
    {
        string[] lines = Lines(Work(cell => cell.Experiment.Steps < 20 ? $"reason {cell.Experiment.Steps % 7}" : null));
        Assert.Equal("||4: 2 other reasons (--cells shows all)", lines[^1]);
        Assert.Equal(8, lines.Length);
    }

    [Fact]
    public void What_nobody_can_know_is_said()
    {
        Forecast forecast = new()
        {
            Evaluations = 1000,
            EvaluationsOfAdaptive = 0,
            AdaptiveCells = 2,
            UnknownCells = 2,
            Workers = 1,
            StartingSeconds = 3,
            TrainingSeconds = null,
            SamplingSeconds = 120,
            MeasuringSeconds = 0.1,
            WorkSeconds = 124,
            Basis = ["timed just now"],
            Gaps = ["2 cells of adaptive methods, which have not run before"],
            SampleBytes = 1_000_000,
            RecordBytes = 200_000,
            ModelBytes = 0,
            TrackingBytes = 0,
        };
        Assert.Equal(
            [
                "Evaluations  1,000 (not counting 2 cells of adaptive methods, whose evaluations no earlier run tells)",
                "Time         at least 2.1 min with 1 worker (starting 3 s, sampling 2 min, measuring and recording under 1 s; timed just now)",
                "             not counting 2 cells of adaptive methods, which have not run before",
                "Disk         about 1.2 MB (samples 1 MB, records and pictures 200 kB)",
            ],
            PlanView.Costs(Work(_ => null), forecast));
    }

    [Theory]
    [InlineData(100, 1, 2, 50)]
    [InlineData(100, 80, 2, 80)]
    [InlineData(100, 10, 1, 100)]
    public void Tasks_take_no_less_than_the_longest_of_them(double total, double longest, int workers, double expected) =>
        Assert.Equal(expected, Forecaster.WallTime(total, longest, workers));
}

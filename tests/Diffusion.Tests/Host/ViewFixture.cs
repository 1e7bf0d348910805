using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Host.Views;
using Diffusion.Tests.Manifests;
using Microsoft.Extensions.Time.Testing;

namespace Diffusion.Tests.Host;

/// <summary>Runs whose events tests make up, for what watches runs.</summary>
internal sealed class ViewFixture : IDisposable
{
    private readonly ManifestFolder _manifests = new();

    public ViewFixture(string sweep, string model = "")
    {
        _manifests.Write("sound.json", ManifestFolder.Sound);
        Plan = _manifests.Plan($$"""{ "extends": "sound.json", "name": "watched", {{model}} "sweep": {{sweep}} }""");
        RunSettings settings = new() { Results = _manifests.At("results"), Fresh = true };
        Work = WorkPlan.Decide(Plan, settings, null, _ => new Dictionary<CellId, string>());
        Folder = RunFolder.Create(settings.Results, Plan.Name, Clock.GetUtcNow());
        Progress = new(experiment => experiment.Steps, Clock);
    }

    public FakeTimeProvider Clock { get; } = new();

    public ExperimentPlan Plan { get; }

    public WorkPlan Work { get; }

    public RunFolder Folder { get; }

    public SweepProgress Progress { get; }

    public static CellRecord Record(ExperimentCell cell, double? value, CellStatus status = CellStatus.Done, string? error = null, string? log = null) =>
        CellRecord.Begin(cell, default) with
        {
            Status = status,
            Error = error,
            Log = log,
            Evaluations = value is null ? null : cell.Experiment.Steps,
            Metrics = value is { } measured ? [new("mmd", measured, null, 100), new("sliced", -measured, null, 100)] : [],
            Seconds = 1,
            SamplingSeconds = 1,
        };

    /// <summary>The cell of these labels.</summary>
    public ExperimentCell Cell(int repeat, params string[] labels) =>
        Plan.Cells.Single(cell => cell.Repeat == repeat && cell.AxisValues.Values.SequenceEqual(labels));

    public void Dispose() => _manifests.Dispose();
}

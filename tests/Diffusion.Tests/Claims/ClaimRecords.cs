using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Tests.Manifests;

namespace Diffusion.Tests.Claims;

/// <summary>A manifest with claims and records of its cells whose numbers are chosen.</summary>
internal sealed class ClaimRecords : IDisposable
{
    private readonly ManifestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The plan of a sweep over two solvers and four numbers of steps.</summary>
    public ExperimentPlan Plan(string claims, int repeats = 8, double confidence = 0.95, string axes = """
        "solver": ["euler", "ancestral"], "steps": [5, 10, 20, 40]
        """) => Plan(claims, FormattableString.Invariant($"{repeats}"), confidence, axes);

    /// <summary>The same with any form of repeats.</summary>
    public ExperimentPlan Plan(string claims, string repeats, double confidence = 0.95, string axes = """
        "solver": ["euler", "ancestral"], "steps": [5, 10, 20, 40]
        """) => _folder.Plan(FormattableString.Invariant($$"""
        {
          "data": "points", "schedule": "exploding", "model": "exact", "grid": "uniform", "solver": "euler", "steps": 5, "samples": 100,
          "sweep": { "axes": { {{axes}} }, "repeats": {{repeats}} }, "confidence": {{confidence}}, "expect": [{{claims}}]
        }
        """));

    /// <summary>The record of a cell with one value, "mmd".</summary>
    public static CellRecord Record(
        ExperimentCell cell, double? value, double? error = null, MetricErrorKind kind = MetricErrorKind.Sampling, CellStatus status = CellStatus.Done,
        double? exact = null) => CellRecord.Begin(cell, DateTimeOffset.UnixEpoch) with
        {
            Status = status,
            Error = status == CellStatus.Done ? null : "out of sorts",
            Metrics = value is { } number ? [new("mmd", number, error, 100) { ErrorKind = kind }] : [],
            Exact = exact is { } floor ? [new("mmd", floor, error, 100) { ErrorKind = kind }] : [],
        };

    /// <summary>Judges claims by a value for each cell.</summary>
    public ClaimVerdicts Judge(string claims, Func<ExperimentCell, CellRecord?> record, int repeats = 8, double confidence = 0.95)
    {
        ExperimentPlan plan = Plan(claims, repeats, confidence);
        return ClaimJudge.Judge(plan.Claims, new([.. plan.Cells.Select(record).OfType<CellRecord>()], null));
    }
}

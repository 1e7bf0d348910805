using Diffusion.Experiments.Judging;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Reporting.Reading;

/// <summary>A run as far as its files are sound.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Label">What it is called; tells it from the others of the report.</param>
/// <param name="Plan">What was to be done.</param>
/// <param name="Record">The run's record; null where it is damaged.</param>
/// <param name="Claims">What its manifest claims, judged; null where it claims nothing.</param>
/// <param name="Manifest">The manifest as composed; "" where it cannot be read.</param>
public sealed record ReportedRun(RunFolder Folder, string Label, PlanFile Plan, RunRecord? Record, ClaimsRecord? Claims, string Manifest);

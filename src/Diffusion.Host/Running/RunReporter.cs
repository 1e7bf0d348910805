using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Reporting.Reading;
using Diffusion.Reporting.Writing;

namespace Diffusion.Host.Running;

/// <summary>The report that every run ends with.</summary>
/// <param name="clock">Says when it is made.</param>
internal sealed class RunReporter(TimeProvider clock) : IRunReporter
{
    public void Write(RunFolder folder) => ReportPage.Write(folder.ReportFile, ReportSource.Read([folder], []), clock.GetUtcNow());
}

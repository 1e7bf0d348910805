using Diffusion.Experiments.Records;
using Diffusion.Experiments.Running;
using Diffusion.Reporting.Reading;
using Diffusion.Reporting.Writing;

namespace Diffusion.Host.Running;

/// <summary>The report that every run ends with.</summary>
internal sealed class RunReporter : IRunReporter
{
    public void Write(RunFolder folder) => ReportPage.Write(folder.ReportFile, ReportSource.Read([folder], []));
}

using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Working;
using Diffusion.Tests.Components;
using Xunit;

namespace Diffusion.Tests.Running;

/// <summary>Every shipped metric says beforehand which values it returns, and with what errors.</summary>
public sealed class DeclaredValueTests : IDisposable
{
    private readonly SweepBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string, string> Metrics
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (ComponentDescriptor metric in ShippedComponents.Catalogue.All.Where(component => component.Kind == ComponentKind.Metric))
            {
                data.Add(metric.Name, "[[-2], [1.5]]");
                data.Add(metric.Name, "[[-2, 1], [1.5, 0]]");
            }

            data.Add("""{ "use": "sliced-wasserstein", "order": 1 }""", "[[-2], [1.5]]");
            data.Add("""{ "use": "exact-law", "moments": false, "modes": false }""", "[[-2], [1.5]]");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task What_is_declared_is_what_is_returned(string metric, string means)
    {
        ExperimentPlan plan = _bench.Plan(
            $"metrics=[{(metric.StartsWith('{') ? metric : $"\"{metric}\"")}]", $"data.means={means}", "sweep.axes.solver=[\"euler\"]", "sweep.axes.steps=[20]",
            "sweep.repeats=1", "start=exact", $"model=\"{(metric == "memorisation" ? "empirical" : "exact-mixture")}\"");
        ExperimentCell cell = Assert.Single(plan.Cells);
        DataSet set = new PlanData(_bench.Factory)[cell];
        IReadOnlyList<DeclaredValue> declared =
            _bench.Factory.Create<IMetric>(cell.Experiment.Metrics[0], set.Description).Declare(CellRunner.Setting(cell.Experiment, set, _bench.Factory))!;
        CellRecord record = Assert.Single((await _bench.RunAsync(plan)).Records);
        Assert.Equal(CellStatus.Done, record.Status);
        Assert.Equal(
            declared.Select(value => (value.Name, value.ErrorKind)),
            record.Metrics.Select(value => (value.Name, value.StandardError is null ? (MetricErrorKind?)null : value.ErrorKind)));
    }
}

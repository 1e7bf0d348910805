using Xunit;

namespace MLflow.Tests;

/// <summary>MLflow's search language over the embedded store.</summary>
public sealed class SqliteSearchTests : IAsyncLifetime
{
    private readonly TemporaryStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Experiment experiment = await _store.Client.CreateExperimentAsync("e", cancellationToken: Cancellation);
        (string Name, double? Loss, string Solver, string Context)[] runs =
            [("one", 0.1, "heun", "training"), ("two", 0.4, "Euler-maruyama", "eval"), ("three", double.NaN, "ddim", "eval"), ("four", null, "heun", "eval")];
        foreach ((string name, double? loss, string solver, string context) in runs)
        {
            _store.Clock.Advance(TimeSpan.FromSeconds(1));
            Run run = await _store.Client.CreateRunAsync(
                new RunCreation(experiment.ExperimentId) { RunName = name, Tags = [new RunTag("lab.key", $"{name}*")] }, Cancellation);
            Metric[] metrics = loss is { } value ? [new Metric("train/loss", value, _store.Clock.GetUtcNow())] : [];
            await _store.Client.LogBatchAsync(run.Info.RunId, metrics, [new Param("solver", solver)], cancellationToken: Cancellation);
            await _store.Client.LogInputsAsync(
                run.Info.RunId, [new DatasetInput(new Dataset("toy", name, "code", "{}"), [new InputTag(MlflowTags.DataContext, context)])], Cancellation);
            if (name == "two")
                await _store.Client.SetTerminatedAsync(run.Info.RunId, RunStatus.Failed, cancellationToken: Cancellation);
        }
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData("", "four three two one")]
    [InlineData("metrics.`train/loss` < 0.2", "one")]
    [InlineData("metrics.\"train/loss\" >= 0.1", "two one")]
    [InlineData("metric.train/loss != 0.1", "two")]
    [InlineData("params.solver = 'heun' and metrics.`train/loss` <= 1e0", "one")]
    [InlineData("params.solver = \"heun\"", "four one")]
    [InlineData("params.solver != 'heun'", "three two")]
    [InlineData("params.solver LIKE '%euler%'", "")]
    [InlineData("params.solver LIKE '%uler_m%'", "two")]
    [InlineData("params.solver ILIKE 'euler%'", "two")]
    [InlineData("tags.`lab.key` LIKE 'o%*'", "one")]
    [InlineData("tags.lab.key = 'two*'", "two")]
    [InlineData("tags.mlflow.runName = 'three'", "three")]
    [InlineData("attributes.status = 'FAILED'", "two")]
    [InlineData("status = 'RUNNING' AND run_name != 'one'", "four three")]
    [InlineData("attributes.run_name IN ('one', 'three')", "three one")]
    [InlineData("attributes.run_name NOT IN ('one', 'three')", "four two")]
    [InlineData("attributes.start_time > 1700000002000", "four three")]
    [InlineData("datasets.digest = 'one'", "one")]
    [InlineData("dataset.name = 'toy' AND datasets.context = 'training'", "one")]
    public async Task A_filter_selects(string filter, string names) => Assert.Equal(names, await SearchAsync(new RunQuery(["1"]) { Filter = filter }));

    [Theory]
    [InlineData("metrics.`train/loss` ASC", "one two four three")]
    [InlineData("metrics.`train/loss` DESC", "two one four three")]
    [InlineData("attributes.start_time", "one two three four")]
    [InlineData("params.solver ASC", "two three four one")]
    [InlineData("run_name DESC", "two three one four")]
    public async Task An_order_is_kept_and_what_lacks_it_comes_last(string order, string names)
        => Assert.Equal(names, await SearchAsync(new RunQuery(["1"]) { OrderBy = [order] }));

    [Theory]
    [InlineData("bogus")]
    [InlineData("params.solver = 'heun' OR params.solver = 'ddim'")]
    [InlineData("params.solver = heun")]
    [InlineData("metrics.loss = 'x'")]
    [InlineData("metrics.loss LIKE '1%'")]
    [InlineData("AND params.a = 'b'")]
    [InlineData("params.a = 'b' params.c = 'd'")]
    [InlineData("params.a = 'b'; DROP TABLE runs")]
    [InlineData("nothing.a = 'b'")]
    [InlineData("datasets.schema = 'b'")]
    [InlineData("attributes.nosuch = 'b'")]
    public async Task What_is_no_filter_is_refused(string filter)
        => Assert.Equal(
            ErrorCodes.InvalidParameterValue,
            (await Assert.ThrowsAsync<MlflowException>(() => SearchAsync(new RunQuery(["1"]) { Filter = filter }))).ErrorCode);

    [Fact]
    public async Task What_is_no_order_is_refused()
    {
        foreach (string order in (string[])["metrics.loss SIDEWAYS", "datasets.name", "1; DROP TABLE runs", ""])
            await Assert.ThrowsAsync<MlflowException>(() => SearchAsync(new RunQuery(["1"]) { OrderBy = [order] }));
    }

    private async Task<string> SearchAsync(RunQuery query)
        => string.Join(' ', (await _store.Client.SearchRunsAsync(query, Cancellation)).Select(run => run.Info.RunName));
}

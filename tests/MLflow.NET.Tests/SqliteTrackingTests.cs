using System.Globalization;
using Xunit;

namespace MLflow.Tests;

public sealed class SqliteTrackingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_written_the_way_MLflow_writes_it()
    {
        await using var store = new TemporaryStore();
        Experiment experiment = await store.Client.CreateExperimentAsync("e", cancellationToken: Cancellation);
        Run run = await store.Client.CreateRunAsync(
            new RunCreation(experiment.ExperimentId) { RunName = "first", UserId = "ada", Tags = [new RunTag(MlflowTags.User, "ada")] }, Cancellation);
        string id = run.Info.RunId;
        string artifacts = Path.Combine(store.Folder, "mlartifacts", "1", id, "artifacts");

        Assert.Equal("1", experiment.ExperimentId);
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(artifacts, run.Info.ArtifactUri);
        // A folder for artifacts comes with the first of them.
        Assert.False(Directory.Exists(artifacts));
        Assert.Equal(
            [$"first|UNKNOWN|||ada|RUNNING|1700000000000|||active|{artifacts}|1|"],
            store.Rows("SELECT name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version, lifecycle_stage, "
                + "artifact_uri, experiment_id, deleted_time FROM runs"));
        Assert.Equal(["0", "0"], store.Rows("SELECT source_name IS NULL FROM runs UNION ALL SELECT source_version IS NULL FROM runs"));
        Assert.Equal(["mlflow.runName|first", "mlflow.user|ada"], store.Rows("SELECT key, value FROM tags ORDER BY key"));

        store.Clock.Advance(TimeSpan.FromSeconds(5));
        await store.Client.SetTerminatedAsync(id, RunStatus.Failed, cancellationToken: Cancellation);
        Assert.Equal(["FAILED|1700000005000"], store.Rows("SELECT status, end_time FROM runs"));
        Assert.Equal(RunStatus.Failed, (await store.Client.GetRunAsync(id, Cancellation)).Info.Status);
    }

    [Fact]
    public async Task A_run_without_a_name_gets_one_in_both_places()
    {
        await using var store = new TemporaryStore();
        Run run = await store.Client.GetRunAsync(await store.NewRunAsync(), Cancellation);

        Assert.NotEmpty(run.Info.RunName);
        Assert.Equal(run.Info.RunName, run.Tag(MlflowTags.RunName));
    }

    [Fact]
    public async Task Renaming_and_the_name_tag_keep_each_other_up_to_date()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();

        await store.Client.SetTagAsync(id, MlflowTags.RunName, "by tag", Cancellation);
        Assert.Equal("by tag", (await store.Client.GetRunAsync(id, Cancellation)).Info.RunName);

        await store.Client.UpdateRunAsync(id, new RunUpdate { RunName = "by update" }, Cancellation);
        Run run = await store.Client.GetRunAsync(id, Cancellation);
        Assert.Equal("by update", run.Info.RunName);
        Assert.Equal("by update", run.Tag(MlflowTags.RunName));
        Assert.Equal(RunStatus.Running, run.Info.Status);
    }

    [Fact]
    public async Task A_tag_is_taken_off_and_no_other()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync(), other = await store.NewRunAsync();
        foreach (string run in new[] { id, other })
            await store.Client.LogBatchAsync(run, tags: [new RunTag("a", "1"), new RunTag("b", "2")], cancellationToken: Cancellation);
        await store.Client.DeleteTagAsync(id, "a", Cancellation);
        await store.Client.DeleteTagAsync(id, "a", Cancellation);
        Assert.Equal((null, "2"), ((await store.Client.GetRunAsync(id, Cancellation)).Tag("a"), (await store.Client.GetRunAsync(id, Cancellation)).Tag("b")));
        Assert.Equal("1", (await store.Client.GetRunAsync(other, Cancellation)).Tag("a"));
        MlflowException missing = await Assert.ThrowsAsync<MlflowException>(() => store.Client.DeleteTagAsync("nosuch", "a", Cancellation));
        Assert.Equal(ErrorCodes.ResourceDoesNotExist, missing.ErrorCode);
    }

    [Fact]
    public async Task A_name_and_a_different_name_tag_are_refused()
    {
        await using var store = new TemporaryStore();
        var creation = new RunCreation("0") { RunName = "a", Tags = [new RunTag(MlflowTags.RunName, "b")] };

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => store.Client.CreateRunAsync(creation, Cancellation));

        Assert.Equal(
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='a', mlflow.runName='b').",
            exception.Message);
    }

    [Fact]
    public async Task NaN_and_infinities_survive()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.1, 5e-324];

        await store.Client.LogBatchAsync(
            id, [.. values.Select((value, step) => new Metric("m", value, store.Clock.GetUtcNow(), step))], cancellationToken: Cancellation);

        Assert.Equal(
            ["0|0|1", "1|1.7976931348623157E+308|0", "2|-1.7976931348623157E+308|0", "3|-0.1|0", "4|5E-324|0"],
            store.Rows("SELECT step, value, is_nan FROM metrics ORDER BY step"));
        Assert.Equal(["real"], store.Rows("SELECT DISTINCT typeof(value) FROM metrics"));
        Assert.Equal(values, (await store.Client.GetMetricHistoryAsync(id, "m", Cancellation)).Select(metric => metric.Value));
    }

    [Fact]
    public async Task A_latest_NaN_reads_as_NaN()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();

        await store.Client.LogMetricAsync(id, "m", 1, step: 1, Cancellation);
        await store.Client.LogMetricAsync(id, "m", double.NaN, step: 2, Cancellation);

        Assert.Equal(["0|2|1"], store.Rows("SELECT value, step, is_nan FROM latest_metrics"));
        Assert.Equal(double.NaN, Assert.Single((await store.Client.GetRunAsync(id, Cancellation)).Metrics).Value);
    }

    [Theory]
    [InlineData("5:10:1 4:99:9", "5:10:1")]
    [InlineData("4:99:9 5:10:1", "5:10:1")]
    [InlineData("5:10:1 5:11:0", "5:11:0")]
    [InlineData("5:11:0 5:10:1", "5:11:0")]
    [InlineData("5:10:1 5:10:2", "5:10:2")]
    [InlineData("5:10:2 5:10:1", "5:10:2")]
    [InlineData("-3:1:1 -2:1:1 -4:9:9", "-2:1:1")]
    public async Task The_latest_value_is_the_greatest_by_step_then_time_then_value(string points, string latest)
    {
        await using var store = new TemporaryStore();
        string together = await store.NewRunAsync(), apart = await store.NewRunAsync();
        Metric[] metrics = [.. points.Split(' ').Select(Point)];

        await store.Client.LogBatchAsync(together, metrics, cancellationToken: Cancellation);
        foreach (Metric metric in metrics)
            await store.Client.LogBatchAsync(apart, [metric], cancellationToken: Cancellation);

        Metric expected = Point(latest);
        Assert.Equal(expected, Assert.Single((await store.Client.GetRunAsync(together, Cancellation)).Metrics));
        Assert.Equal(expected, Assert.Single((await store.Client.GetRunAsync(apart, Cancellation)).Metrics));

        static Metric Point(string text)
        {
            long[] parts = [.. text.Split(':').Select(part => long.Parse(part, CultureInfo.InvariantCulture))];
            return new Metric("m", parts[2], DateTimeOffset.FromUnixTimeMilliseconds(parts[1]), parts[0]);
        }
    }

    [Fact]
    public async Task Logging_the_same_again_changes_nothing()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        Metric[] metrics = [new("m", 1, store.Clock.GetUtcNow(), 1), new("m", double.NaN, store.Clock.GetUtcNow(), 2), new("n", 3, store.Clock.GetUtcNow(), 1)];
        var input = new DatasetInput(new Dataset("d", "1", "local", "{}", "{}", null), [new InputTag(MlflowTags.DataContext, "training")]);

        for (int attempt = 0; attempt < 2; attempt++)
        {
            await store.Client.LogBatchAsync(id, metrics, [new Param("p", "1")], [new RunTag("t", "1")], Cancellation);
            await store.Client.LogInputsAsync(id, [input], Cancellation);
        }

        Run run = await store.Client.GetRunAsync(id, Cancellation);
        Assert.Equal(["3|2|1|1|1|1"], store.Rows("SELECT (SELECT count(*) FROM metrics), (SELECT count(*) FROM latest_metrics), (SELECT count(*) FROM params), "
            + "(SELECT count(*) FROM datasets), (SELECT count(*) FROM inputs), (SELECT count(*) FROM input_tags)"));
        Assert.Equal([new Param("p", "1")], run.Params);
        DatasetInput read = Assert.Single(run.Inputs);
        Assert.Equal(input.Dataset, read.Dataset);
        Assert.Equal(input.Tags, read.Tags);
    }

    [Fact]
    public async Task A_data_set_is_shared_by_the_runs_of_an_experiment()
    {
        await using var store = new TemporaryStore();
        string first = await store.NewRunAsync(), second = await store.NewRunAsync(), elsewhere = await store.NewRunAsync("another");
        foreach (string id in (string[])[first, second, elsewhere])
            await store.Client.LogInputsAsync(id, [new DatasetInput(new Dataset("d", "1", "local", "{}"), [])], Cancellation);

        Assert.Equal(["1|1", "2|1"], store.Rows("SELECT experiment_id, count(*) FROM datasets GROUP BY experiment_id"));
        Assert.Equal(
            [$"DATASET|RUN|{first}", $"DATASET|RUN|{second}", $"DATASET|RUN|{elsewhere}"],
            store.Rows("SELECT source_type, destination_type, destination_id FROM inputs JOIN datasets ON dataset_uuid = source_id ORDER BY inputs.rowid"));
        Assert.Equal(["32|32"], store.Rows("SELECT DISTINCT length(input_uuid), length(source_id) FROM inputs"));
    }

    [Fact]
    public async Task A_changed_parameter_is_refused_with_everything_logged_beside_it()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        await store.Client.LogParamAsync(id, "p", "1", Cancellation);

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => store.Client.LogBatchAsync(
            id, [new Metric("m", 1, store.Clock.GetUtcNow())], [new Param("q", "1"), new Param("p", "2")], [new RunTag("t", "1")], Cancellation));

        Assert.Equal(ErrorCodes.InvalidParameterValue, exception.ErrorCode);
        Assert.Equal(
            $"Changing param values is not allowed. Params were already logged='[{{'key': 'p', 'old_value': '1', 'new_value': '2'}}]' for run ID='{id}'.",
            exception.Message);
        Assert.Equal(["p|1"], store.Rows("SELECT key, value FROM params"));
        Assert.Equal(["0|0"], store.Rows("SELECT (SELECT count(*) FROM metrics), (SELECT count(*) FROM tags WHERE key = 't')"));
    }

    [Fact]
    public async Task Creating_with_a_unique_tag_twice_makes_one_run()
    {
        await using var store = new TemporaryStore();
        Experiment one = await store.Client.GetOrCreateExperimentAsync("one", Cancellation),
            two = await store.Client.GetOrCreateExperimentAsync("two", Cancellation);
        RunCreation creation = new(one.ExperimentId) { RunName = "cell", UniqueTag = "cell", Tags = [new RunTag("cell", "a")] };

        Run first = await store.Client.CreateRunAsync(creation, Cancellation);
        Run again = await store.Client.CreateRunAsync(creation with { RunName = "other" }, Cancellation);
        Run different = await store.Client.CreateRunAsync(creation with { Tags = [new RunTag("cell", "b")] }, Cancellation);
        Run elsewhere = await store.Client.CreateRunAsync(creation with { ExperimentId = two.ExperimentId }, Cancellation);

        Assert.Equal(first.Info.RunId, again.Info.RunId);
        Assert.Equal("cell", again.Info.RunName);
        Assert.Equal(3, new[] { first, different, elsewhere }.Select(run => run.Info.RunId).Distinct().Count());
        store.Execute($"UPDATE runs SET lifecycle_stage = 'deleted' WHERE run_uuid = '{first.Info.RunId}'");
        Assert.NotEqual(first.Info.RunId, (await store.Client.CreateRunAsync(creation, Cancellation)).Info.RunId);
    }

    [Fact]
    public async Task A_search_goes_by_experiment_and_by_tag()
    {
        await using var store = new TemporaryStore();
        Experiment one = await store.Client.GetOrCreateExperimentAsync("one", Cancellation),
            two = await store.Client.GetOrCreateExperimentAsync("two", Cancellation);
        var ids = new List<string>();
        foreach ((Experiment experiment, string tag) in new[] { (one, "x"), (one, "y"), (two, "x"), (one, "x") })
        {
            store.Clock.Advance(TimeSpan.FromSeconds(1));
            ids.Add((await store.Client.CreateRunAsync(new RunCreation(experiment.ExperimentId) { Tags = [new RunTag("t", tag)] }, Cancellation)).Info.RunId);
        }

        Assert.Equal([ids[3], ids[0]], await Search(new RunQuery([one.ExperimentId]) { Tags = [new RunTag("t", "x")] }));
        Assert.Equal([ids[3], ids[2], ids[0]], await Search(new RunQuery([one.ExperimentId, two.ExperimentId]) { Tags = [new RunTag("t", "x")] }));
        Assert.Equal([ids[3]], await Search(new RunQuery([one.ExperimentId]) { MaxResults = 1 }));
        Assert.Empty(await Search(new RunQuery([one.ExperimentId]) { Tags = [new RunTag("t", "x"), new RunTag("t", "y")] }));
        Assert.Empty(await Search(new RunQuery([])));
        store.Execute($"UPDATE runs SET lifecycle_stage = 'deleted' WHERE run_uuid = '{ids[3]}'");
        Assert.Equal([ids[1], ids[0]], await Search(new RunQuery([one.ExperimentId])));

        async Task<IEnumerable<string>> Search(RunQuery query)
            => (await store.Client.SearchRunsAsync(query, Cancellation)).Select(run => run.Info.RunId);
    }

    [Fact]
    public async Task A_history_holds_every_point_in_order_and_of_one_run_only()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync(), other = await store.NewRunAsync();
        Metric[] metrics = [.. Enumerable.Range(0, 2500).Select(step => new Metric("m", step * 0.5, store.Clock.GetUtcNow().AddMilliseconds(step), step))];
        await store.Client.LogBatchAsync(id, [.. metrics.Reverse()], cancellationToken: Cancellation);
        await store.Client.LogMetricAsync(other, "m", 7, 7, Cancellation);

        Assert.Equal(metrics, await store.Client.GetMetricHistoryAsync(id, "m", Cancellation));
        Assert.Empty(await store.Client.GetMetricHistoryAsync(id, "unknown", Cancellation));
    }

    [Fact]
    public async Task What_is_missing_or_deleted_is_named()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync("gone");
        store.Execute("UPDATE runs SET lifecycle_stage = 'deleted'; UPDATE experiments SET lifecycle_stage = 'deleted' WHERE experiment_id = 1");

        await Refused(ErrorCodes.ResourceDoesNotExist, "Run with id=nosuch not found", store.Client.LogMetricAsync("nosuch", "m", 1, 0, Cancellation));
        await Refused(ErrorCodes.ResourceDoesNotExist, "No Experiment with id=99 exists", store.Client.GetExperimentAsync("99", Cancellation));
        await Refused(ErrorCodes.InvalidParameterValue, "Invalid experiment ID: 'x'", store.Client.GetExperimentAsync("x", Cancellation));
        await Refused(ErrorCodes.InvalidParameterValue, $"The run {id} must be in the 'active' state. Current state is deleted.", store.Client.LogMetricAsync(
            id, "m", 1, 0, Cancellation));
        await Refused(
            ErrorCodes.InvalidParameterValue,
            "The experiment 1 must be in the 'active' state. Current state is deleted.",
            store.Client.CreateRunAsync(new RunCreation("1"), Cancellation));
        await Refused(
            ErrorCodes.ResourceAlreadyExists,
            "The experiment 'gone' is deleted. Restore it in MLflow, or use another name.",
            store.Client.GetOrCreateExperimentAsync("gone", Cancellation));
        await Refused(ErrorCodes.ResourceAlreadyExists, "Experiment(name=gone) already exists.", store.Client.CreateExperimentAsync(
            "gone", cancellationToken: Cancellation));
        Assert.Null(await store.Client.FindExperimentAsync("never", Cancellation));

        static async Task Refused(string code, string message, Task call)
        {
            MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => call);
            Assert.Equal(message, exception.Message);
            Assert.Equal(code, exception.ErrorCode);
        }
    }

    [Fact]
    public async Task Artifacts_lie_in_the_runs_folder()
    {
        await using var store = new TemporaryStore();
        Run run = await store.Client.GetRunAsync(await store.NewRunAsync(), Cancellation);
        string source = Path.Combine(store.Folder, "source.csv");
        await File.WriteAllTextAsync(source, "a,b", Cancellation);

        await store.Client.LogTextAsync(run.Info.RunId, "reports/räport 1.md", "# first and longer", Cancellation);
        await store.Client.LogTextAsync(run.Info.RunId, "reports/räport 1.md", "# ünicode", Cancellation);
        await store.Client.LogFileAsync(run.Info.RunId, source, cancellationToken: Cancellation);

        Assert.Equal("# ünicode", await File.ReadAllTextAsync(Path.Combine(run.Info.ArtifactUri, "reports", "räport 1.md"), Cancellation));
        Assert.Equal("a,b", await File.ReadAllTextAsync(Path.Combine(run.Info.ArtifactUri, "source.csv"), Cancellation));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/etc/outside")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("")]
    public async Task An_artifact_cannot_leave_its_folder(string path)
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => store.Client.LogTextAsync(id, path, "x", Cancellation));

        Assert.StartsWith("Invalid path", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["mlflow.db"], Directory.EnumerateFiles(store.Folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Artifacts_kept_elsewhere_are_refused_but_the_run_is_made()
    {
        await using var store = new TemporaryStore();
        Experiment experiment = await store.Client.CreateExperimentAsync("far", "s3://bucket/far", cancellationToken: Cancellation);
        Run run = await store.Client.CreateRunAsync(new RunCreation(experiment.ExperimentId), Cancellation);

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => store.Client.LogTextAsync(run.Info.RunId, "a", "x", Cancellation));

        Assert.Equal($"s3://bucket/far/{run.Info.RunId}/artifacts", run.Info.ArtifactUri);
        Assert.Contains("s3://bucket/far", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_artifact_folder_with_odd_characters_is_written_as_a_URI_and_found_again()
    {
        await using var store = new TemporaryStore();
        string root = Path.Combine(store.Folder, "100 % späße #1");
        await using var client = MlflowClient.Open($"sqlite:///{store.Path}", new MlflowClientOptions { ArtifactRoot = root });
        Run run = await client.CreateRunAsync(new RunCreation("0"), Cancellation);
        await client.LogTextAsync(run.Info.RunId, "a.txt", "x", Cancellation);

        Assert.StartsWith("file:///", run.Info.ArtifactUri, StringComparison.Ordinal);
        Assert.Contains("100%20%25%20sp%C3%A4%C3%9Fe%20%231/0/", run.Info.ArtifactUri, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(root, "0", run.Info.RunId, "artifacts", "a.txt")));
    }
}

using System.Text;
using MLflow.TestServer;
using Xunit;

namespace MLflow.Tests;

public sealed class HttpTrackingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Time => ServerFixture.Time;

    [Theory]
    [InlineData("2.22.1")]
    [InlineData("3.1.4")]
    [InlineData("3.7.0")]
    [InlineData("3.11.1")]
    public async Task What_is_logged_can_be_read_back_from_every_version(string version)
    {
        await using ServerFixture fixture =
            await ServerFixture.StartAsync(new TestServerOptions { Version = Version.Parse(version), PathPrefix = "/behind/proxy" });
        MlflowClient client = fixture.Client;
        Experiment experiment = await client.CreateExperimentAsync("e/1", tags: [new ExperimentTag("team", "x")], cancellationToken: Cancellation);
        await client.SetExperimentTagAsync(experiment.ExperimentId, "mlflow.note.content", "# note", Cancellation);
        Run created = await client.CreateRunAsync(
            new RunCreation(experiment.ExperimentId) { RunName = "first", UserId = "ada", StartTime = Time, Tags = [new RunTag("t", "")] }, Cancellation);
        string id = created.Info.RunId;
        double[] values = [1.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 5e-324];
        await client.LogBatchAsync(
            id,
            [.. values.Select((value, i) => new Metric("m", value, Time.AddMilliseconds(i), i - 2))],
            [new Param("solver", "heun"), new Param("empty", "")],
            [new RunTag("k", "v")],
            Cancellation);
        var dataset = new Dataset("cifar", "abc123", "local", """{"uri":"file:///x"}""", "{}", """{"num_rows":3}""");
        await client.LogInputsAsync(id, [new DatasetInput(dataset, [new InputTag(MlflowTags.DataContext, "training")])], Cancellation);
        await client.LogTextAsync(id, "notes/größe +1%.txt", "hello", Cancellation);
        await client.SetTerminatedAsync(id, RunStatus.Failed, Time.AddSeconds(9), Cancellation);

        Run run = await client.GetRunAsync(id, Cancellation);
        Assert.Equal(new RunInfo(
            id, experiment.ExperimentId, "first", "ada", RunStatus.Failed, Time, Time.AddSeconds(9), $"mlflow-artifacts:/1/{id}/artifacts",
            LifecycleStage.Active), run.Info);
        Assert.Equal(values, (await client.GetMetricHistoryAsync(id, "m", Cancellation)).Select(metric => metric.Value));
        Assert.Equal(new Metric("m", 5e-324, Time.AddMilliseconds(4), 2), Assert.Single(run.Metrics));
        Assert.Equal([new Param("solver", "heun"), new Param("empty", "")], run.Params);
        Assert.Equal(("", "v", "first"), (run.Tag("t"), run.Tag("k"), run.Tag(MlflowTags.RunName)));
        DatasetInput input = Assert.Single(run.Inputs);
        Assert.Equal(dataset, input.Dataset);
        Assert.Equal([new InputTag(MlflowTags.DataContext, "training")], input.Tags);
        Assert.Equal([new ArtifactFile("notes", true, null)], await client.ListArtifactsAsync(id, cancellationToken: Cancellation));
        Assert.Equal([new ArtifactFile("notes/größe +1%.txt", false, 5)], await client.ListArtifactsAsync(id, "notes", Cancellation));
        Experiment read = (await client.FindExperimentAsync("e/1", Cancellation))!;
        Assert.Equal([new ExperimentTag("team", "x"), new ExperimentTag("mlflow.note.content", "# note")], read.Tags);
        Assert.Equal(["Default", "e/1"], (await client.ListExperimentsAsync(cancellationToken: Cancellation)).Select(known => known.Name));
        Assert.Null(await client.FindExperimentAsync("nosuch", Cancellation));
    }

    [Fact]
    public async Task A_history_of_many_pages_is_whole_and_one_without_points_ends()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { LargestPage = 300 });
        string id = await fixture.NewRunAsync();
        Metric[] metrics = [.. Enumerable.Range(0, 2500).Select(step => new Metric("m", step * 0.5, Time.AddMilliseconds(step), step))];
        await fixture.Client.LogBatchAsync(id, metrics, cancellationToken: Cancellation);

        Assert.Equal(metrics, await fixture.Client.GetMetricHistoryAsync(id, "m", Cancellation));
        Assert.Empty(await fixture.Client.GetMetricHistoryAsync(id, "unknown", Cancellation));
        Assert.Equal(3, fixture.Server.Requests.Count(request => request.Path.EndsWith("/log-batch", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_search_goes_by_tags_that_no_filter_can_express_too_and_over_all_pages()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { LargestPage = 2 });
        string[] values = ["plain", "it's", "both ' and \"", "", "line\nbreak", "plain"];
        Experiment experiment = await fixture.Client.GetOrCreateExperimentAsync("e", Cancellation);
        for (int i = 0; i < values.Length; i++)
        {
            Run run = await fixture.Client.CreateRunAsync(
                new RunCreation(experiment.ExperimentId) { RunName = $"{i}", StartTime = Time.AddSeconds(i), Tags = [new RunTag("lab.key", values[i])] },
                Cancellation);
            await fixture.Client.LogMetricAsync(run.Info.RunId, "loss", i, 0, Cancellation);
        }

        foreach (string value in values.Distinct())
        {
            string[] expected = [.. Enumerable.Range(0, values.Length).Where(i => values[i] == value).Reverse().Select(i => $"{i}")];
            Assert.Equal(expected, await Names(new RunQuery([experiment.ExperimentId]) { Tags = [new RunTag("lab.key", value)] }));
        }
        Assert.Equal(["5", "4", "3"], await Names(new RunQuery([experiment.ExperimentId]) { MaxResults = 3 }));
        Assert.Equal(["5"], await Names(new RunQuery([experiment.ExperimentId]) { Filter = "metrics.loss > 1.5", Tags = [new RunTag("lab.key", "plain")] }));
        Assert.Empty(await Names(new RunQuery([])));

        async Task<IEnumerable<string>> Names(RunQuery query) => (await fixture.Client.SearchRunsAsync(query, Cancellation)).Select(run => run.Info.RunName);
    }

    [Fact]
    public async Task A_deleted_run_takes_nothing_until_it_is_restored()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        await fixture.Client.DeleteRunAsync(id, Cancellation);

        Assert.Equal(
            $"The run {id} must be in the 'active' state. Current state is deleted.",
            (await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogMetricAsync(id, "m", 1, 0, Cancellation))).Message);
        Run deleted = Assert.Single(await fixture.Client.SearchRunsAsync(new RunQuery(["1"]) { View = ViewType.DeletedOnly }, Cancellation));
        Assert.Equal(LifecycleStage.Deleted, deleted.Info.LifecycleStage);
        await fixture.Client.RestoreRunAsync(id, Cancellation);
        await fixture.Client.LogMetricAsync(id, "m", 1, 0, Cancellation);
    }

    [Fact]
    public async Task A_batch_is_split_by_bytes_too()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync(), text = new('é', 8000);
        await fixture.Client.LogBatchAsync(id, tags: [.. Enumerable.Range(0, 100).Select(i => new RunTag($"t{i}", text))], cancellationToken: Cancellation);

        Assert.Equal(101, fixture.Server.Runs[id].Tags.Count);
        Assert.Equal(5, fixture.Server.Requests.Count(request => request.Path.EndsWith("/log-batch", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_HttpClient_of_ones_own_is_used_and_not_disposed()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        using var counter = new CountingHandler();
        using var own = new HttpClient(counter);
        await using (var client = MlflowClient.Open(fixture.Server.Uri, new MlflowClientOptions { HttpClient = own, Server = ServerFixture.Impatient }))
            await client.ListExperimentsAsync(cancellationToken: Cancellation);

        Assert.Equal(1, counter.Requests);
        Assert.Equal("OK", await own.GetStringAsync($"{fixture.Server.Uri}/health", Cancellation));
    }

    [Fact]
    public async Task Artifacts_come_back_as_they_were_and_stay_in_their_folder()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        byte[] bytes = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
        await fixture.Client.LogArtifactAsync(id, "a/b/c.bin", new MemoryStream(bytes), Cancellation);
        await fixture.Client.LogTextAsync(id, "top.txt", "", Cancellation);
        string folder = Directory.CreateTempSubdirectory("mlflow-download-").FullName;
        try
        {
            IReadOnlyList<string> files = await fixture.Client.DownloadArtifactsAsync(id, folder, cancellationToken: Cancellation);
            Assert.Equal([Path.Combine(folder, "a", "b", "c.bin"), Path.Combine(folder, "top.txt")], files.Order(StringComparer.Ordinal));
            Assert.Equal(bytes, await File.ReadAllBytesAsync(files[0], Cancellation));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        foreach (string path in (string[])["../x", "/x", "a/../../x", "a\\b", "a#b", ""])
        {
            Assert.StartsWith(
                "Invalid path",
                (await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogTextAsync(id, path, "x", Cancellation))).Message,
                StringComparison.Ordinal);
            Assert.StartsWith(
                "Invalid path",
                (await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.OpenArtifactAsync(id, path, Cancellation))).Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("2.22.1")]
    [InlineData("3.11.1")]
    public async Task A_missing_artifact_is_told_at_once_whatever_the_server_calls_it(string version)
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { Version = Version.Parse(version) });
        string id = await fixture.NewRunAsync();
        int before = fixture.Server.Requests.Count;

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.OpenArtifactAsync(id, "nosuch.txt", Cancellation));

        Assert.Equal((ErrorCodes.ResourceDoesNotExist, "No such artifact: 'nosuch.txt'"), (exception.ErrorCode, exception.Message));
        Assert.Equal(before + 1, fixture.Server.Requests.Count);
    }

    [Fact]
    public async Task Artifacts_of_a_server_on_this_machine_are_written_to_its_folder()
    {
        string root = Directory.CreateTempSubdirectory("mlflow-artifacts-").FullName;
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { ArtifactRoot = root });
        string id = await fixture.NewRunAsync();
        await fixture.Client.LogTextAsync(id, "a/b.txt", "hello", Cancellation);

        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(root, "1", id, "artifacts", "a", "b.txt"), Cancellation));
        using (var reader = new StreamReader(await fixture.Client.OpenArtifactAsync(id, "a/b.txt", Cancellation), Encoding.UTF8))
            Assert.Equal("hello", await reader.ReadToEndAsync(Cancellation));
        await using MlflowClient remote = fixture.NewClient(ServerFixture.Impatient with { SharesDisk = false });
        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => remote.LogTextAsync(id, "x", "x", Cancellation));
        Assert.Contains("--serve-artifacts", exception.Message, StringComparison.Ordinal);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_store_in_a_cloud_is_refused_with_a_way_out()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { ArtifactRoot = "s3://bucket/mlflow" });
        string id = await fixture.NewRunAsync();

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogTextAsync(id, "x", "x", Cancellation));

        Assert.Equal(ErrorCodes.NotImplemented, exception.ErrorCode);
        Assert.Contains("s3://bucket/mlflow", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--serve-artifacts", exception.Message, StringComparison.Ordinal);
    }

    private sealed class CountingHandler : DelegatingHandler
    {
        public CountingHandler()
            : base(new SocketsHttpHandler())
        {
        }

        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}

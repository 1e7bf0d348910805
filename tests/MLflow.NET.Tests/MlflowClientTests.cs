using Xunit;

namespace MLflow.Tests;

public sealed class MlflowClientTests
{
    private const string Characters = "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    [Theory]
    [InlineData("http://user:secret@", "names no server")]
    [InlineData("https:", "names no server")]
    [InlineData("postgresql://user:secret@host/db", "start with 'postgresql:'")]
    [InlineData("./mlruns", "file store")]
    [InlineData("file:///tmp/mlruns", "file store")]
    [InlineData("sqlite://", "does not name a database file")]
    [InlineData("sqlite:///", "does not name a database file")]
    [InlineData("sqlite:///:memory:", "does not name a database file")]
    public void A_tracking_URI_of_another_kind_is_refused_without_repeating_a_password(string uri, string message)
    {
        TrackingUriNotSupportedException exception = Assert.Throws<TrackingUriNotSupportedException>(() => MlflowClient.Open(uri));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Contains("sqlite:///relative/path.db", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b", "Invalid value \"a,b\" for parameter 'name' supplied: " + Characters)]
    [InlineData("a(b)", "Invalid value \"a(b)\" for parameter 'name' supplied: " + Characters)]
    [InlineData("a%b", "Invalid value \"a%b\" for parameter 'name' supplied: " + Characters)]
    [InlineData("a\\b", "Invalid value \"a\\\\b\" for parameter 'name' supplied: " + Characters)]
    [InlineData("a+b", "Invalid value \"a+b\" for parameter 'name' supplied: " + Characters)]
    [InlineData("a//b", "This name would resolve to 'a/b'")]
    [InlineData("/a", "This name would resolve to '/a'")]
    [InlineData("a/../b", "This name would resolve to 'b'")]
    [InlineData("..a", "This name would resolve to '..a'")]
    [InlineData("..", "This name would resolve to '..'")]
    [InlineData(".", "This name would resolve to '.'")]
    [InlineData("trail/", "This name would resolve to 'trail'")]
    [InlineData("a/./b", "This name would resolve to 'a/b'")]
    [InlineData("../../a/../b", "This name would resolve to '../../b'")]
    [InlineData("/../a", "This name would resolve to '/a'")]
    [InlineData("", "Missing value for required parameter 'key'.")]
    public async Task A_key_servers_refuse_is_refused_in_their_words(string key, string message)
    {
        await using var recorder = new RecordingStore();
        var client = new MlflowClient(recorder);

        foreach (Func<Task> log in (Func<Task>[])[
            () => client.LogMetricAsync("r", key, 1, 0, Cancellation),
            () => client.LogParamAsync("r", key, "1", Cancellation),
            () => client.SetTagAsync("r", key, "1", Cancellation)])
        {
            MlflowException exception = await Assert.ThrowsAsync<MlflowException>(log);
            Assert.Equal(ErrorCodes.InvalidParameterValue, exception.ErrorCode);
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        }
        Assert.Empty(recorder.Batches);
    }

    [Theory]
    [InlineData("loss/level 3")]
    [InlineData("a:b")]
    [InlineData("a.b-c_d")]
    [InlineData("日本")]
    [InlineData("é²")]
    [InlineData("a/..b/c")]
    public async Task A_key_servers_take_is_taken(string key)
    {
        await using var recorder = new RecordingStore();
        var client = new MlflowClient(recorder);
        await client.SetTagAsync("r", key, "1", Cancellation);
        Assert.Equal(key, Assert.Single(recorder.Batches).Tags[0].Key);
    }

    [Fact]
    public async Task What_is_too_long_is_refused_and_never_cut()
    {
        await using var recorder = new RecordingStore();
        var client = new MlflowClient(recorder);
        string key = new('k', 250), param = new('p', 6000), tag = new('t', 8000);

        await client.LogBatchAsync("r", [new Metric(key, 1, Time)], [new Param(key, param)], [new RunTag(key, tag)], Cancellation);
        await Refused("'Metric name' exceeds the maximum length of 250 characters", client.LogMetricAsync("r", key + "k", 1, 0, Cancellation));
        await Refused("'Param value' exceeds the maximum length of 6000 characters", client.LogParamAsync("r", "p", param + "p", Cancellation));
        await Refused("'Tag value' exceeds the maximum length of 8000 characters", client.SetTagAsync("r", "t", tag + "t", Cancellation));
        await Refused(
            "'digest' exceeds the maximum length of 36 characters",
            client.LogInputsAsync("r", [new DatasetInput(new Dataset("d", new string('d', 37), "local", "{}"), [])], Cancellation));
        await Refused(
            "'name' exceeds the maximum length of 500 characters", client.CreateExperimentAsync(new string('e', 501), cancellationToken: Cancellation));
        await Refused(
            "Missing value for required parameter 'name'. See the API docs for more information about request parameters.",
            client.CreateExperimentAsync("", cancellationToken: Cancellation));
        await Refused(
            "Invalid value -1 for parameter 'timestamp' supplied: metric 'm' (value=1.5). Timestamp must be a nonnegative long (64-bit integer) ",
            client.LogBatchAsync("r", [new Metric("m", 1.5, DateTimeOffset.FromUnixTimeMilliseconds(-1))], cancellationToken: Cancellation));
        await Refused(
            "Duplicate parameter keys have been submitted: ['dup']. Please ensure the request contains only one param value per param key.",
            client.LogBatchAsync("r", parameters: [new Param("dup", "1"), new Param("dup", "1")], cancellationToken: Cancellation));
        Assert.Equal(param, Assert.Single(recorder.Batches).Parameters[0].Value);

        static async Task Refused(string message, Task call)
            => Assert.Equal(message, (await Assert.ThrowsAsync<MlflowException>(() => call)).Message);
    }

    [Fact]
    public async Task Lengths_count_characters_and_not_their_halves()
    {
        await using var recorder = new RecordingStore();
        var client = new MlflowClient(recorder);
        string tag = string.Concat(Enumerable.Repeat("😀", Limits.TagValueLength));

        await client.SetTagAsync("r", "t", tag, Cancellation);
        await Assert.ThrowsAsync<MlflowException>(() => client.SetTagAsync("r", "t", tag + "x", Cancellation));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1000, 0, 0)]
    [InlineData(1000, 1, 0)]
    [InlineData(2500, 250, 310)]
    [InlineData(5, 0, 101)]
    public async Task A_large_batch_is_split_within_the_limits_and_in_order(int metrics, int parameters, int tags)
    {
        await using var recorder = new RecordingStore();
        var client = new MlflowClient(recorder);
        Metric[] allMetrics = [.. Enumerable.Range(0, metrics).Select(i => new Metric("m", i, Time, i))];
        Param[] allParameters = [.. Enumerable.Range(0, parameters).Select(i => new Param($"p{i}", "v"))];
        RunTag[] allTags = [.. Enumerable.Range(0, tags).Select(i => new RunTag($"t{i}", "v"))];

        await client.LogBatchAsync("r", allMetrics, allParameters, allTags, Cancellation);

        Assert.All(recorder.Batches, batch =>
        {
            Assert.InRange(batch.Metrics.Count, 0, Limits.MetricsPerBatch);
            Assert.InRange(batch.Parameters.Count, 0, Limits.ParamsPerBatch);
            Assert.InRange(batch.Tags.Count, 0, Limits.TagsPerBatch);
            Assert.InRange(batch.Metrics.Count + batch.Parameters.Count + batch.Tags.Count, 1, Limits.EntitiesPerBatch);
        });
        Assert.Equal(allMetrics, recorder.Batches.SelectMany(batch => batch.Metrics));
        Assert.Equal(allParameters, recorder.Batches.SelectMany(batch => batch.Parameters));
        Assert.Equal(allTags, recorder.Batches.SelectMany(batch => batch.Tags));
        int lastWithParameters = recorder.Batches.FindLastIndex(batch => batch.Parameters.Count > 0);
        Assert.DoesNotContain(recorder.Batches.Take(Math.Max(0, lastWithParameters)), batch => batch.Metrics.Count > 0);
    }

    /// <summary>Keeps what a client hands to its store.</summary>
    private sealed class RecordingStore : ITrackingStore
    {
        public List<(IReadOnlyList<Metric> Metrics, IReadOnlyList<Param> Parameters, IReadOnlyList<RunTag> Tags)> Batches { get; } = [];

        public Task LogBatchAsync(
            string runId, IReadOnlyList<Metric> metrics, IReadOnlyList<Param> parameters, IReadOnlyList<RunTag> tags, CancellationToken cancellationToken)
        {
            Batches.Add((metrics, parameters, tags));
            return Task.CompletedTask;
        }

        public Task<Experiment> CreateExperimentAsync(
            string name, string? artifactLocation, IReadOnlyList<ExperimentTag>? tags,
            CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Experiment> GetExperimentAsync(string experimentId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Experiment?> FindExperimentAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Run> CreateRunAsync(RunCreation creation, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Run> GetRunAsync(string runId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<Run>> SearchRunsAsync(RunQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task UpdateRunAsync(string runId, RunUpdate update, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<Metric>> GetMetricHistoryAsync(string runId, string key, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task LogArtifactAsync(string runId, string artifactPath, Stream content, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<Experiment>> ListExperimentsAsync(ViewType view, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SetExperimentTagAsync(string experimentId, ExperimentTag tag, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RenameExperimentAsync(string experimentId, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteExperimentAsync(string experimentId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RestoreExperimentAsync(string experimentId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteArtifactsAsync(string runId, string artifactPath, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteRunAsync(string runId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RestoreRunAsync(string runId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<ArtifactFile>> ListArtifactsAsync(string runId, string folder, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Stream> OpenArtifactAsync(string runId, string artifactPath, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

using Xunit;

namespace MLflow.Tests;

public sealed class FileStoreExportTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("mlflow-export-").FullName, "ml runs");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task Everything_is_written_in_the_form_of_a_file_store()
    {
        await using var store = new TemporaryStore();
        Experiment experiment = await store.Client.CreateExperimentAsync("it's: 1", tags: [new ExperimentTag("team", "x")], cancellationToken: Cancellation);
        Run created = await store.Client.CreateRunAsync(new RunCreation(experiment.ExperimentId) { RunName = "123", UserId = "ada" }, Cancellation);
        string id = created.Info.RunId;
        double[] values = [3.5, 1e16, 1e-30, 3, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        await store.Client.LogBatchAsync(
            id,
            [.. values.Select((value, step) => new Metric("train/loss", value, store.Clock.GetUtcNow(), step))],
            [new Param("solver", "heun"), new Param("empty", "")],
            [new RunTag("note", "two\nlines")],
            Cancellation);
        await store.Client.LogInputsAsync(
            id,
            [new DatasetInput(new Dataset("cifar", "abc123", "local", """{"uri":"file:///x"}"""), [new InputTag("mlflow.data.context", "training")])],
            Cancellation);
        await store.Client.LogTextAsync(id, "a/b.txt", "hello", Cancellation);
        await store.Client.SetTerminatedAsync(id, RunStatus.Finished, cancellationToken: Cancellation);
        Run deleted = await store.Client.CreateRunAsync(new RunCreation(experiment.ExperimentId), Cancellation);
        await store.Client.DeleteRunAsync(deleted.Info.RunId, Cancellation);

        Assert.Equal(2, await FileStoreExport.WriteAsync(store.Client, _folder, Cancellation));

        string now = $"{store.Clock.GetUtcNow().ToUnixTimeMilliseconds()}", place = Path.Combine(_folder, "1");
        Assert.Equal(
            $"artifact_location: '{new Uri(place).AbsoluteUri}'\ncreation_time: {now}\nexperiment_id: '1'\nlast_update_time: {now}\nlifecycle_stage: "
                + "active\nname: 'it''s: 1'\n",
            Text("1", "meta.yaml"));
        Assert.Equal(
            $"""
            artifact_uri: '{new Uri(Path.Combine(place, id, "artifacts")).AbsoluteUri}'
            deleted_time: null
            end_time: {now}
            entry_point_name: ''
            experiment_id: '1'
            lifecycle_stage: active
            run_id: '{id}'
            run_name: '123'
            run_uuid: '{id}'
            source_name: ''
            source_type: 4
            source_version: ''
            start_time: {now}
            status: 3
            tags: []
            user_id: ada

            """.Replace($"'{id}'", char.IsAsciiLetter(id[0]) ? id : $"'{id}'", StringComparison.Ordinal),
            Text("1", id, "meta.yaml"));
        Assert.Equal(
            string.Concat(new[] { "3.5", "1e+16", "1e-30", "3.0", "nan", "inf", "-inf" }.Select((value, step) => $"{now} {value} {step}\n")),
            Text("1", id, "metrics", "train", "loss"));
        Assert.Equal(("heun", "", "two\nlines", "123", "hello", "x"), (
            Text("1", id, "params", "solver"), Text("1", id, "params", "empty"), Text(
                "1", id, "tags", "note"), Text("1", id, "tags", "mlflow.runName"), Text("1", id, "artifacts", "a", "b.txt"), Text("1", "tags", "team")));
        string dataset = Path.GetFileName(Assert.Single(Directory.GetDirectories(Path.Combine(place, "datasets"))));
        // md5 of "cifarabc123"
        Assert.Equal("32c76ed86451feaec6d3197d1783d506", dataset);
        string input = Assert.Single(Directory.GetDirectories(Path.Combine(place, id, "inputs")));
        Assert.Contains("destination_type: RUN\n", File.ReadAllText(Path.Combine(input, "meta.yaml")), StringComparison.Ordinal);
        Assert.Contains("tags:\n  mlflow.data.context: training\n", File.ReadAllText(Path.Combine(input, "meta.yaml")), StringComparison.Ordinal);
        Assert.Contains("lifecycle_stage: deleted\n", Text("1", deleted.Info.RunId, "meta.yaml"), StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(place, deleted.Info.RunId, "metrics")));
        Assert.True(File.Exists(Path.Combine(_folder, "0", "meta.yaml")));
        Assert.True(Directory.Exists(Path.Combine(_folder, ".trash")));
    }

    [Fact]
    public async Task A_folder_with_something_in_it_and_keys_that_cannot_be_files_are_refused_and_leave_nothing()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        Directory.CreateDirectory(Path.Combine(_folder, "mine"));
        Assert.Contains("is not empty", await RefusalAsync(), StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(_folder, "mine")));
        Directory.Delete(_folder, recursive: true);

        await store.Client.LogBatchAsync(id, parameters: [new Param("loss", "1"), new Param("loss/train", "2")], cancellationToken: Cancellation);
        Assert.Contains("loss", await RefusalAsync(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder));

        async Task<string> RefusalAsync() =>
            (await Assert.ThrowsAsync<MlflowException>(() => FileStoreExport.WriteAsync(store.Client, _folder, Cancellation))).Message;
    }

    private string Text(params string[] path) => File.ReadAllText(Path.Combine([_folder, .. path]));
}

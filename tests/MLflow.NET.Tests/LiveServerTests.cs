using Xunit;

namespace MLflow.Tests;

/// <summary>Against a real server, where the environment names one; credentials come from MLflow's own variables.</summary>
public sealed class LiveServerTests
{
    private const string Variable = "MLFLOW_REAL_URI";

    // Three by five grey pixels.
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAAFCAAAAAClGgl+AAAAHElEQVR4nGPgEpFj5ObmZtrrJ8i8WKKI5QejMQAcdgPdrBiHJAAAAABJRU5ErkJggg==";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_server_takes_and_returns_everything()
    {
        await using MlflowClient client = Open();
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Experiment experiment = await client.GetOrCreateExperimentAsync("MLflow.NET live test", Cancellation);
        RunTag key = new("live.key", $"{Guid.NewGuid():N} it's");
        var creation = new RunCreation(experiment.ExperimentId) { RunName = "live", UserId = "tester", StartTime = time, Tags = [key], UniqueTag = key.Key };
        Run run = await client.CreateRunAsync(creation, Cancellation);
        string id = run.Info.RunId;
        Assert.Equal(id, (await client.CreateRunAsync(creation, Cancellation)).Info.RunId);
        double[] odd = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.5];
        Metric[] points = [.. Enumerable.Range(0, 2500).Select(step => new Metric("loss/train", step * 0.5, time.AddMilliseconds(step), step))];
        await client.LogBatchAsync(
            id, [.. points, .. odd.Select((value, i) => new Metric("odd", value, time.AddMilliseconds(i), i))],
            [new Param("empty", ""), new Param("solver", "heun")], [new RunTag("größe", "日本")], Cancellation);
        await client.LogBatchAsync(id, points, cancellationToken: Cancellation);
        await client.LogInputsAsync(
            id,
            [new DatasetInput(new Dataset("toy", "abc123", "code", "{}", "{}", """{"num_rows":3}"""), [new InputTag(MlflowTags.DataContext, "training")])],
            Cancellation);
        await client.LogTextAsync(id, "notes/größe +1%.txt", "hello", Cancellation);
        await client.LogTableAsync(id, "tables/t.json", ["solver", "fid"], [["heun", 3.5]], Cancellation);
        await client.LogImageAsync(id, "samples", Convert.FromBase64String(Png), 3, Cancellation);
        await client.SetTerminatedAsync(id, endTime: time.AddSeconds(1), cancellationToken: Cancellation);

        Run read = await client.GetRunAsync(id, Cancellation);
        Assert.Equal((RunStatus.Finished, time, time.AddSeconds(1), "tester"), (read.Info.Status, read.Info.StartTime, read.Info.EndTime, read.Info.UserId));
        Assert.Equal(points, await client.GetMetricHistoryAsync(id, "loss/train", Cancellation));
        Assert.Equal(odd, (await client.GetMetricHistoryAsync(id, "odd", Cancellation)).Select(metric => metric.Value));
        Assert.Equal([new Param("empty", ""), new Param("solver", "heun")], read.Params.OrderBy(param => param.Key, StringComparer.Ordinal));
        Assert.Equal("日本", read.Tag("größe"));
        Assert.Single(read.Inputs);
        Assert.Equal(["images", "notes", "tables"], (await client.ListArtifactsAsync(id, cancellationToken: Cancellation)).Select(file => file.Path));
        Assert.Equal(2, (await client.ListArtifactsAsync(id, "images", Cancellation)).Count);
        using (var reader = new StreamReader(await client.OpenArtifactAsync(id, "notes/größe +1%.txt", Cancellation)))
            Assert.Equal("hello", await reader.ReadToEndAsync(Cancellation));
        Assert.Equal(
            ErrorCodes.ResourceDoesNotExist, (await Assert.ThrowsAsync<MlflowException>(() => client.OpenArtifactAsync(id, "nosuch", Cancellation))).ErrorCode);
        await client.DeleteRunAsync(id, Cancellation);
        Assert.Empty(await client.SearchRunsAsync(new RunQuery([experiment.ExperimentId]) { Tags = [key] }, Cancellation));
    }

    [Fact]
    public async Task A_real_server_keeps_models()
    {
        await using MlflowClient client = Open();
        Experiment experiment = await client.GetOrCreateExperimentAsync("MLflow.NET live test", Cancellation);
        Run run = await client.CreateRunAsync(new RunCreation(experiment.ExperimentId), Cancellation);
        string folder = Directory.CreateTempSubdirectory("mlflow-live-").FullName, name = $"live-{Guid.NewGuid():N}";
        await File.WriteAllTextAsync(Path.Combine(folder, "weights.bin"), "weights", Cancellation);

        LoggedModel model = await client.Models.LogAsync(run.Info.RunId, new ModelCreation("unet") { ModelType = "score" }, folder, Cancellation);
        ModelVersion version = await client.Models.RegisterAsync(name, model, cancellationToken: Cancellation);
        await client.Models.SetAliasAsync(name, "champion", version.Version, Cancellation);
        ModelVersion found = (await client.Models.FindByAliasAsync(name, "champion", Cancellation))!;
        IReadOnlyList<string> files = await client.Models.DownloadAsync(found, Path.Combine(folder, "back"), Cancellation);

        Assert.Equal("weights", await File.ReadAllTextAsync(Assert.Single(files), Cancellation));
        await client.DeleteRunAsync(run.Info.RunId, Cancellation);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_real_server_renames_deletes_and_restores()
    {
        await using MlflowClient client = Open();
        string name = $"live {Guid.NewGuid():N}";
        string experiment = (await client.CreateExperimentAsync(name, cancellationToken: Cancellation)).ExperimentId;
        string id = (await client.CreateRunAsync(new RunCreation(experiment), Cancellation)).Info.RunId;
        await client.RenameExperimentAsync(experiment, $"{name} renamed", Cancellation);
        Assert.Equal(experiment, (await client.FindExperimentAsync($"{name} renamed", Cancellation))?.ExperimentId);
        Assert.Equal(
            ErrorCodes.ResourceAlreadyExists,
            (await Assert.ThrowsAsync<MlflowException>(() => client.RenameExperimentAsync(experiment, "Default", Cancellation))).ErrorCode);
        await client.LogTextAsync(id, "a/b.txt", "b", Cancellation);
        await client.LogTableAsync(id, "t.json", ["x"], [[1]], Cancellation);
        Assert.Equal("1", $"{(await client.LoadTableAsync(id, "t.json", Cancellation)).Rows[0][0]}");
        await client.DeleteArtifactsAsync(id, "a", Cancellation);
        Assert.Equal(["t.json"], (await client.ListArtifactsAsync(id, cancellationToken: Cancellation)).Select(file => file.Path));
        for (int time = 0; time < 2; time++)
            await client.DeleteExperimentAsync(experiment, Cancellation);
        Assert.Equal(LifecycleStage.Deleted, (await client.GetRunAsync(id, Cancellation)).Info.LifecycleStage);
        for (int time = 0; time < 2; time++)
            await client.RestoreExperimentAsync(experiment, Cancellation);
        Assert.Equal(LifecycleStage.Active, (await client.GetRunAsync(id, Cancellation)).Info.LifecycleStage);
        await client.DeleteExperimentAsync(experiment, Cancellation);
    }

    private static MlflowClient Open()
    {
        string? uri = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(uri), $"{Variable} names no real MLflow server, so nothing was tried against one.");
        return MlflowClient.Open(uri!);
    }
}

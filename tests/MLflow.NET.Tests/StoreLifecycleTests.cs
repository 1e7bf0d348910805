using Xunit;

namespace MLflow.Tests;

/// <summary>What both stores do alike with experiments and artifacts that are renamed, deleted and restored.</summary>
public sealed class StoreLifecycleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<bool> Stores => [true, false];

    [Theory]
    [MemberData(nameof(Stores))]
    public Task An_experiment_takes_its_runs_to_the_bin_and_back(bool isServer) => WithAsync(isServer, async client =>
    {
        Experiment experiment = await client.CreateExperimentAsync("e", cancellationToken: Cancellation);
        Run run = await client.CreateRunAsync(new RunCreation(experiment.ExperimentId), Cancellation);
        Experiment other = await client.CreateExperimentAsync("other", cancellationToken: Cancellation);
        Run bystander = await client.CreateRunAsync(new RunCreation(other.ExperimentId), Cancellation);
        // Twice, as after an answer that was lost.
        foreach ((LifecycleStage stage, Func<string, CancellationToken, Task> change) in new (LifecycleStage, Func<string, CancellationToken, Task>)[]
        {
            (LifecycleStage.Deleted, client.DeleteExperimentAsync), (LifecycleStage.Deleted, client.DeleteExperimentAsync),
            (LifecycleStage.Active, client.RestoreExperimentAsync), (LifecycleStage.Active, client.RestoreExperimentAsync),
        })
        {
            await change(experiment.ExperimentId, Cancellation);
            Assert.Equal(stage, (await client.GetExperimentAsync(experiment.ExperimentId, Cancellation)).LifecycleStage);
            Assert.Equal(stage, (await client.GetRunAsync(run.Info.RunId, Cancellation)).Info.LifecycleStage);
            Assert.Equal(LifecycleStage.Active, (await client.GetRunAsync(bystander.Info.RunId, Cancellation)).Info.LifecycleStage);
        }

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => client.DeleteExperimentAsync("999", Cancellation));
        Assert.Equal(ErrorCodes.ResourceDoesNotExist, exception.ErrorCode);
    });

    [Theory]
    [MemberData(nameof(Stores))]
    public Task An_experiment_gets_another_name_that_is_free(bool isServer) => WithAsync(isServer, async client =>
    {
        string id = (await client.CreateExperimentAsync("old", cancellationToken: Cancellation)).ExperimentId;
        string taken = (await client.CreateExperimentAsync("taken", cancellationToken: Cancellation)).ExperimentId;
        await client.DeleteExperimentAsync(taken, Cancellation);
        await client.RenameExperimentAsync(id, "new", Cancellation);
        await client.RenameExperimentAsync(id, "new", Cancellation);
        Assert.Equal(id, (await client.FindExperimentAsync("new", Cancellation))!.ExperimentId);
        Assert.Null(await client.FindExperimentAsync("old", Cancellation));
        Assert.Equal(ErrorCodes.ResourceAlreadyExists, await CodeAsync(() => client.RenameExperimentAsync(id, "taken", Cancellation)));
        Assert.Equal(ErrorCodes.InvalidState, await CodeAsync(() => client.RenameExperimentAsync(taken, "free", Cancellation)));
        Assert.Equal(ErrorCodes.InvalidParameterValue, await CodeAsync(() => client.RenameExperimentAsync(id, "", Cancellation)));
    });

    [Theory]
    [MemberData(nameof(Stores))]
    public Task Folders_go_to_the_artifacts_whole_and_artifacts_can_be_deleted(bool isServer) => WithAsync(isServer, async client =>
    {
        Experiment experiment = await client.CreateExperimentAsync("e", cancellationToken: Cancellation);
        string id = (await client.CreateRunAsync(new RunCreation(experiment.ExperimentId), Cancellation)).Info.RunId;
        string folder = Directory.CreateTempSubdirectory("mlflow-folder-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "in"));
            await File.WriteAllTextAsync(Path.Combine(folder, "a.txt"), "a", Cancellation);
            await File.WriteAllTextAsync(Path.Combine(folder, "in", "b.txt"), "b", Cancellation);
            await client.LogFolderAsync(id, folder, cancellationToken: Cancellation);
            await client.LogFolderAsync(id, folder, "sub/folder", Cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        await client.LogJsonAsync(id, "x.json", new System.Text.Json.Nodes.JsonObject { ["a"] = 1 }, Cancellation);
        Assert.Equal("a", await TextAsync("sub/folder/a.txt"));
        Assert.Equal("b", await TextAsync("in/b.txt"));
        Assert.Equal("{\n  \"a\": 1\n}", (await TextAsync("x.json")).ReplaceLineEndings("\n"));
        foreach (string path in new[] { "a.txt", "sub", "sub", "in/b.txt", "nosuch/file" })
            await client.DeleteArtifactsAsync(id, path, Cancellation);
        Assert.DoesNotContain(await client.ListArtifactsAsync(id, cancellationToken: Cancellation), file => file.Path is "a.txt" or "sub");
        Assert.Empty(await client.ListArtifactsAsync(id, "in", Cancellation));
        Assert.Equal("{", (await TextAsync("x.json"))[..1]);
        Assert.Equal(ErrorCodes.InvalidParameterValue, await CodeAsync(() => client.DeleteArtifactsAsync(id, "../x.json", Cancellation)));

        async Task<string> TextAsync(string path)
        {
            using var reader = new StreamReader(await client.OpenArtifactAsync(id, path, Cancellation));
            return await reader.ReadToEndAsync(Cancellation);
        }
    });

    private static async Task<string> CodeAsync(Func<Task> call) => (await Assert.ThrowsAsync<MlflowException>(call)).ErrorCode;

    private static async Task WithAsync(bool isServer, Func<MlflowClient, Task> test)
    {
        if (isServer)
        {
            await using ServerFixture fixture = await ServerFixture.StartAsync();
            await test(fixture.Client);
        }
        else
        {
            await using var store = new TemporaryStore();
            await test(store.Client);
        }
    }
}

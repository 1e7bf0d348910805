using MLflow.TestServer;
using Xunit;

namespace MLflow.Tests;

public sealed class ModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlflow-models-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("2.22.1", false)]
    [InlineData("3.1.4", true)]
    [InlineData("3.11.1", true)]
    public async Task A_model_is_logged_used_registered_and_fetched_back(string version, bool hasModels)
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { Version = Version.Parse(version) });
        string trainer = await fixture.NewRunAsync(), sampler = await fixture.NewRunAsync();
        LoggedModel model = await CheckAsync(fixture.Client, trainer, sampler);

        Assert.Equal(hasModels, model.ModelId is not null);
        if (hasModels)
        {
            Assert.Equal([model.ModelId!], fixture.Server.Runs[trainer].ModelOutputs);
            Assert.Equal([model.ModelId!], fixture.Server.Runs[sampler].ModelInputs);
            Assert.Contains($"1/models/{model.ModelId}/artifacts/sub/b.bin", fixture.Server.Artifacts.Keys);
        }
        else
        {
            Assert.Equal($"runs:/{trainer}/unet", fixture.Server.Runs[sampler].Tags["model.source"]);
            Assert.Contains($"1/{trainer}/artifacts/unet/sub/b.bin", fixture.Server.Artifacts.Keys);
        }
    }

    [Fact]
    public async Task The_embedded_store_has_a_registry_too()
    {
        await using var store = new TemporaryStore();
        string trainer = await store.NewRunAsync(), sampler = await store.NewRunAsync();
        LoggedModel model = await CheckAsync(store.Client, trainer, sampler);

        Assert.Null(model.ModelId);
        Assert.Equal(
            ["score|1|None|READY", "score|2|None|READY"], store.Rows("SELECT name, version, current_stage, status FROM model_versions ORDER BY version"));
        Assert.Equal(["best|1", "champion|2"], store.Rows("SELECT alias, version FROM registered_model_aliases ORDER BY alias"));
    }

    [Fact]
    public async Task A_model_whose_files_cannot_be_sent_is_marked_so()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string run = await fixture.NewRunAsync();
        fixture.Server.Faults = (method, _) => method == "PUT" ? new Fault(FaultKind.StatusBefore, 403, IsPage: true) : null;
        string file = Path.Combine(_folder, "a.bin");
        await File.WriteAllTextAsync(file, "a", Cancellation);

        Assert.Equal(
            ErrorCodes.PermissionDenied,
            (await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.Models.LogAsync(run, new ModelCreation("unet"), file, Cancellation))).ErrorCode);
        Assert.Equal("LOGGED_MODEL_UPLOAD_FAILED", Assert.Single(fixture.Server.ModelStates));
        Assert.Empty(fixture.Server.Runs[run].ModelOutputs);
    }

    [Theory]
    [InlineData("v1", "Version alias name 'v1' is reserved.")]
    [InlineData("latest", "Version alias name 'latest' is reserved.")]
    [InlineData("a b", "Invalid alias name")]
    public async Task An_alias_servers_refuse_is_refused(string alias, string message)
    {
        await using var store = new TemporaryStore();
        Assert.StartsWith(
            message,
            (await Assert.ThrowsAsync<MlflowException>(() => store.Client.Models.SetAliasAsync("m", alias, "1", Cancellation))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_servers_refuse_are_refused()
    {
        await using var store = new TemporaryStore();
        var model = new LoggedModel("m", "runs:/r/m", null, "r");
        Assert.Equal(
            "Invalid model name 'rm/1'. Names cannot contain '/' or ':'.",
            (await Assert.ThrowsAsync<MlflowException>(() => store.Client.Models.RegisterAsync("rm/1", model, cancellationToken: Cancellation))).Message);
        Assert.StartsWith(
            "Invalid model name (a.b) provided.",
            (await Assert.ThrowsAsync<MlflowException>(() => store.Client.Models.LogAsync("r", new ModelCreation("a.b"), _folder, Cancellation))).Message,
            StringComparison.Ordinal);
    }

    private async Task<LoggedModel> CheckAsync(MlflowClient client, string trainer, string sampler)
    {
        string source = Path.Combine(_folder, "source"), target = Path.Combine(_folder, "target");
        Directory.CreateDirectory(Path.Combine(source, "sub"));
        await File.WriteAllTextAsync(Path.Combine(source, "a.txt"), "a", Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(source, "sub", "b.bin"), [1, 2, 3], Cancellation);

        LoggedModel model = await client.Models.LogAsync(
            trainer, new ModelCreation("unet") { ModelType = "score", Params = [new Param("width", "64")], Step = 100 }, source, Cancellation);
        await client.Models.UseAsync(sampler, model, Cancellation);
        ModelVersion first = await client.Models.RegisterAsync("score", model, "a score network", Cancellation),
            second = await client.Models.RegisterAsync("score", model, cancellationToken: Cancellation);
        await client.Models.SetAliasAsync("score", "champion", first.Version, Cancellation);
        await client.Models.SetAliasAsync("score", "best", first.Version, Cancellation);
        await client.Models.SetAliasAsync("score", "champion", second.Version, Cancellation);

        Assert.Equal(("1", "2"), (first.Version, second.Version));
        Assert.Equal(second, await client.Models.FindByAliasAsync("score", "champion", Cancellation));
        Assert.Equal(first, await client.Models.GetVersionAsync("score", "1", Cancellation));
        Assert.Null(await client.Models.FindByAliasAsync("score", "nobody", Cancellation));
        Assert.Equal(
            ErrorCodes.ResourceDoesNotExist,
            (await Assert.ThrowsAsync<MlflowException>(() => client.Models.GetVersionAsync("score", "9", Cancellation))).ErrorCode);
        IReadOnlyList<string> files = await client.Models.DownloadAsync(second, target, Cancellation);
        Assert.Equal(2, files.Count);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(files.Single(file => file.EndsWith("b.bin", StringComparison.Ordinal)), Cancellation));
        return model;
    }
}

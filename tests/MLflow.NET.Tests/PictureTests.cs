using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace MLflow.Tests;

/// <summary>Tables and images under the names that MLflow's UI looks for.</summary>
public sealed class PictureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tables_are_written_as_pandas_splits_them_and_listed_in_a_tag()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        await fixture.Client.LogTableAsync(id, "tables/cmp.json", ["solver", "fid"], [["heun", 3.5], ["euler", double.NaN], [null, true]], Cancellation);
        await fixture.Client.LogTableAsync(id, "b.json", ["x"], [], Cancellation);
        await fixture.Client.LogTableAsync(id, "tables/cmp.json", ["solver", "fid"], [["heun", 3.25]], Cancellation);

        Assert.Equal(
            """{"columns":["solver","fid"],"data":[["heun",3.25]]}""", Encoding.UTF8.GetString(fixture.Server.Artifacts[$"1/{id}/artifacts/tables/cmp.json"]));
        Assert.Equal(
            """[{"path": "tables/cmp.json", "type": "table"}, {"path": "b.json", "type": "table"}]""", fixture.Server.Runs[id].Tags["mlflow.loggedArtifacts"]);
        await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogTableAsync(id, "a:b.json", ["x"], [], Cancellation));
        await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogTableAsync(id, "a.parquet", ["x"], [], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Client.LogTableAsync(id, "a.json", ["x", "y"], [[1]], Cancellation));
    }

    [Fact]
    public async Task A_table_has_null_where_a_number_is_none()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        await store.Client.LogTableAsync(id, "t.json", ["a", "b"], [["x", double.NaN], [null, 1e300]], Cancellation);
        using var reader = new StreamReader(await store.Client.OpenArtifactAsync(id, "t.json", Cancellation));
        Assert.Equal("""{"columns":["a","b"],"data":[["x",null],[null,1E+300]]}""", await reader.ReadToEndAsync(Cancellation));
    }

    [Fact]
    public async Task A_table_is_read_back_and_what_is_none_is_refused()
    {
        await using var store = new TemporaryStore();
        string id = await store.NewRunAsync();
        await store.Client.LogTableAsync(id, "t.json", ["a", "b"], [["x", 2], [null, true]], Cancellation);
        LoggedTable table = await store.Client.LoadTableAsync(id, "t.json", Cancellation);
        Assert.Equal(["a", "b"], table.Columns);
        Assert.Equal([["x", "2"], ["", "true"]], table.Rows.Select(row => row.Select(cell => $"{cell}").ToArray()));
        foreach (string content in new[] { "no json", "[]", """{"columns":["a"],"data":[[1,2]]}""", """{"columns":["a"],"data":[null]}""" })
        {
            await store.Client.LogTextAsync(id, "other.json", content, Cancellation);
            MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => store.Client.LoadTableAsync(id, "other.json", Cancellation));
            Assert.Contains("'other.json' is no table", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_image_is_its_own_thumbnail_under_the_names_the_UI_parses()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G'];
        await fixture.Client.LogImageAsync(id, "samples grid", png, step: 3, Cancellation);

        string[] paths = [.. fixture.Server.Artifacts.Keys.Order(StringComparer.Ordinal)];
        Match image = Regex.Match(paths[1], @"^1/[0-9a-f]{32}/artifacts/images/(samples grid\+step\+3\+timestamp\+\d+\+[0-9a-f-]{36})\.png$");
        Assert.True(image.Success, paths[1]);
        Assert.EndsWith($"{image.Groups[1].Value}+compressed.png", paths[0], StringComparison.Ordinal);
        Assert.All(paths, path => Assert.Equal(png, fixture.Server.Artifacts[path]));
        Assert.Equal("True", fixture.Server.Runs[id].Tags["mlflow.loggedImages"]);
        await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogImageAsync(id, "a+b", png, cancellationToken: Cancellation));
    }
}

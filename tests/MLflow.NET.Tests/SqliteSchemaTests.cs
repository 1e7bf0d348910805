using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace MLflow.Tests;

public sealed partial class SqliteSchemaTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_database_equals_the_schema_recorded_from_MLflow()
    {
        await using var store = new TemporaryStore();
        await store.NewRunAsync();
        using JsonDocument facts = Facts();
        JsonElement tables = facts.RootElement.GetProperty("tables");

        Assert.Equal(
            tables.EnumerateObject().Select(table => table.Name).Order(StringComparer.Ordinal),
            store.Rows("SELECT name FROM sqlite_master WHERE type = 'table'").Order(StringComparer.Ordinal));
        foreach (JsonProperty table in tables.EnumerateObject())
        {
            Assert.Equal(Lines(table, "columns"), store.Rows(
                "SELECT name || ' ' || type || iif(\"notnull\", ' NOT NULL', '') || iif(dflt_value IS NULL, '', ' DEFAULT ' || dflt_value) || iif(pk, "
                    + $"' PK' || pk, '') FROM pragma_table_info('{table.Name}') ORDER BY cid"));
            Assert.Equal(Lines(table, "foreignKeys"), store.Rows(
                "SELECT \"from\" || ' -> ' || \"table\" || '.' || \"to\" || ' ON UPDATE ' || on_update || ' ON DELETE ' || on_delete FROM "
                    + $"pragma_foreign_key_list('{table.Name}') ORDER BY 1"));
            Assert.Equal(Lines(table, "indexes"), store.Rows(
                "SELECT name || iif(\"unique\", ' UNIQUE', '') || ' (' || (SELECT group_concat(name, ', ') FROM pragma_index_info(list.name)) || ')' FROM "
                    + $"pragma_index_list('{table.Name}') AS list WHERE origin = 'c' ORDER BY name"));
            string sql = store.Rows($"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table.Name}'").Single();
            Assert.Equal(
                Lines(table, "constraints"),
                NamedConstraint().Matches(sql).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_new_database_states_its_revision_and_holds_the_default_experiment()
    {
        await using var store = new TemporaryStore();
        Experiment experiment = await store.Client.GetExperimentAsync("0", Cancellation);

        Assert.Equal(["acf3f17fdcc7"], store.Rows("SELECT version_num FROM alembic_version"));
        Assert.Equal("Default", experiment.Name);
        Assert.Equal(LifecycleStage.Active, experiment.LifecycleStage);
        Assert.Equal(Path.Combine(store.Folder, "mlartifacts", "0"), experiment.ArtifactLocation);
        Assert.Equal(["delete"], store.Rows("PRAGMA journal_mode"));
    }

    [Fact]
    public async Task A_database_a_newer_MLflow_has_migrated_is_written_and_not_altered()
    {
        await using var store = new TemporaryStore();
        await store.NewRunAsync();
        store.Execute("""
            ALTER TABLE experiments ADD COLUMN workspace VARCHAR(63) DEFAULT 'default' NOT NULL;
            ALTER TABLE inputs ADD COLUMN step BIGINT DEFAULT '0' NOT NULL;
            ALTER TABLE runs ADD COLUMN something_later TEXT;
            CREATE TABLE logged_models (model_id VARCHAR(36) NOT NULL);
            UPDATE alembic_version SET version_num = '7d34483879f0';
            """);
        List<string> before = store.Rows("SELECT name, sql FROM sqlite_master ORDER BY name");

        await using MlflowClient client = store.NewClient();
        Experiment experiment = await client.CreateExperimentAsync("after migration", tags: [new ExperimentTag("team", "a")], cancellationToken: Cancellation);
        Run run = await client.CreateRunAsync(new RunCreation(experiment.ExperimentId), Cancellation);
        await client.LogBatchAsync(run.Info.RunId, [new Metric("m", 1, store.Clock.GetUtcNow())], [new Param("p", "1")], [new RunTag("t", "1")], Cancellation);
        await client.LogInputsAsync(run.Info.RunId, [new DatasetInput(new Dataset("d", "1", "local", "{}"), [])], Cancellation);
        await client.SetTerminatedAsync(run.Info.RunId, cancellationToken: Cancellation);

        Run read = await client.GetRunAsync(run.Info.RunId, Cancellation);
        Assert.Equal(RunStatus.Finished, read.Info.Status);
        Assert.Single(read.Metrics);
        Assert.Single(read.Inputs);
        Assert.Equal(before, store.Rows("SELECT name, sql FROM sqlite_master ORDER BY name"));
        Assert.Equal(["7d34483879f0"], store.Rows("SELECT version_num FROM alembic_version"));
    }

    [Theory]
    [InlineData("DROP TABLE latest_metrics", "has no table latest_metrics")]
    [InlineData("DROP TABLE input_tags", "has no table input_tags")]
    [InlineData("ALTER TABLE runs DROP COLUMN artifact_uri", "has no column runs.artifact_uri")]
    public async Task A_database_without_something_tracking_needs_is_refused_and_not_repaired(string damage, string message)
    {
        await using var store = new TemporaryStore();
        await store.NewRunAsync();
        store.Execute(damage);
        List<string> before = store.Rows("SELECT name, sql FROM sqlite_master ORDER BY name");

        await using MlflowClient client = store.NewClient();
        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => client.GetOrCreateExperimentAsync("x", Cancellation));

        Assert.Equal(ErrorCodes.InvalidState, exception.ErrorCode);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Contains("acf3f17fdcc7", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, store.Rows("SELECT name, sql FROM sqlite_master ORDER BY name"));
    }

    [Fact]
    public async Task The_database_of_another_program_is_refused()
    {
        await using var store = new TemporaryStore();
        store.Execute("CREATE TABLE notes (text TEXT)");

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => store.Client.GetOrCreateExperimentAsync("x", Cancellation));

        Assert.Contains("another program", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["notes"], store.Rows("SELECT name FROM sqlite_master"));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone()
    {
        await using var store = new TemporaryStore();
        string text = new('x', 5000);
        await File.WriteAllTextAsync(store.Path, text, Cancellation);

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => store.Client.GetOrCreateExperimentAsync("x", Cancellation));

        Assert.Contains("is not a SQLite database", exception.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(store.Path, Cancellation));
    }

    private static JsonDocument Facts()
    {
        using Stream facts = typeof(SqliteSchemaTests).Assembly.GetManifestResourceStream("sqlite-schema-acf3f17fdcc7.json")!;
        return JsonDocument.Parse(facts);
    }

    private static IEnumerable<string?> Lines(JsonProperty table, string what)
        => table.Value.GetProperty(what).EnumerateArray().Select(line => line.GetString());

    [GeneratedRegex(@"CONSTRAINT (\w+ (?:PRIMARY KEY \([^)]*\)|FOREIGN KEY \([^)]*\)|CHECK \(\w+ IN \([^)]*\)\)))")]
    private static partial Regex NamedConstraint();
}

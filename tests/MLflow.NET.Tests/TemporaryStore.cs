using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace MLflow.Tests;

/// <summary>An embedded store in a folder of its own, and a second connection to look at what is really there.</summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    public TemporaryStore()
    {
        Folder = Directory.CreateTempSubdirectory("mlflow-").FullName;
        Client = NewClient();
    }

    public string Folder { get; }

    public string Path => System.IO.Path.Combine(Folder, "mlflow.db");

    /// <summary>Stands still until it is moved.</summary>
    public FakeTimeProvider Clock { get; } = new(ServerFixture.Time);

    public MlflowClient Client { get; }

    public MlflowClient NewClient(TimeSpan? busyTimeout = null)
        => MlflowClient.Open($"sqlite:///{Path}", new MlflowClientOptions { TimeProvider = Clock, BusyTimeout = busyTimeout ?? TimeSpan.FromSeconds(60) });

    public async Task<string> NewRunAsync(string experiment = "experiment")
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Experiment found = await Client.GetOrCreateExperimentAsync(experiment, cancellation);
        return (await Client.CreateRunAsync(new RunCreation(found.ExperimentId), cancellation)).Info.RunId;
    }

    /// <summary>Rows as text, columns divided by <c>|</c>, NULL as an empty column.</summary>
    public List<string> Rows(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .Select(column => Convert.ToString(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture))));
        return rows;
    }

    public void Execute(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public SqliteConnection Connect()
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

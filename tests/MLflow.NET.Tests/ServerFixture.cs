using MLflow.TestServer;
using Xunit;

namespace MLflow.Tests;

/// <summary>A tracking server in this process and clients that do not wait between attempts.</summary>
internal sealed class ServerFixture : IAsyncDisposable
{
    public static readonly MlflowServerOptions Impatient = new() { BackoffFactor = 0, BackoffJitter = 0, RequestTimeout = TimeSpan.FromSeconds(30) };

    private ServerFixture(TrackingServer server)
    {
        Server = server;
        Client = NewClient();
    }

    public TrackingServer Server { get; }

    public MlflowClient Client { get; }

    public static DateTimeOffset Time { get; } = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    public static async Task<ServerFixture> StartAsync(TestServerOptions? options = null) => new(await TrackingServer.StartAsync(options));

    public MlflowClient NewClient(MlflowServerOptions? options = null) =>
        MlflowClient.Open(Server.Uri, new MlflowClientOptions { Server = options ?? Impatient });

    public async Task<string> NewRunAsync()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Experiment experiment = await Client.GetOrCreateExperimentAsync("experiment", cancellation);
        return (await Client.CreateRunAsync(new RunCreation(experiment.ExperimentId), cancellation)).Info.RunId;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}

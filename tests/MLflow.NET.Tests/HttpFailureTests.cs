using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MLflow.TestServer;
using Xunit;

namespace MLflow.Tests;

public sealed class HttpFailureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FaultKind.ResetBefore, 0)]
    [InlineData(FaultKind.ResetAfter, 0)]
    [InlineData(FaultKind.StatusBefore, 429)]
    [InlineData(FaultKind.StatusBefore, 500)]
    [InlineData(FaultKind.StatusAfter, 502)]
    [InlineData(FaultKind.StatusAfter, 503)]
    [InlineData(FaultKind.StatusAfter, 504)]
    [InlineData(FaultKind.DatabaseError, 0)]
    [InlineData(FaultKind.SentTwice, 0)]
    public async Task Every_call_outlives_a_burst_of_failures_and_is_carried_out_once(FaultKind kind, int status)
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        var chance = new Random(1);
        fixture.Server.Faults = (_, _) => chance.Next(3) == 0 ? null : new Fault(kind, status, IsPage: status == 502, RetryAfter: status == 429 ? "0" : null);
        await using MlflowClient client = fixture.NewClient(ServerFixture.Impatient with { MaxRetries = 100 });
        Experiment experiment = await client.GetOrCreateExperimentAsync("e", Cancellation);
        Run run = await client.CreateRunAsync(
            new RunCreation(experiment.ExperimentId) { Tags = [new RunTag("key", "1")], UniqueTag = "key", StartTime = ServerFixture.Time }, Cancellation);
        await client.LogBatchAsync(run.Info.RunId, [new Metric("m", 1, ServerFixture.Time)], [new Param("p", "1")], cancellationToken: Cancellation);
        await client.LogInputsAsync(run.Info.RunId, [new DatasetInput(new Dataset("d", "1", "code", "{}"), [])], Cancellation);
        await client.LogTextAsync(run.Info.RunId, "a.txt", "hello", Cancellation);
        await client.SetTerminatedAsync(run.Info.RunId, cancellationToken: Cancellation);
        fixture.Server.Faults = null;

        StoredRun stored = Assert.Single(fixture.Server.Runs.Values, run => !run.IsDeleted);
        Assert.Equal((run.Info.RunId, "FINISHED", 1), (stored.Id, stored.Status, stored.Points.Count));
        Assert.Equal("1", Assert.Single(stored.Params).Value);
        Assert.Single(stored.Inputs);
        Assert.Equal("hello"u8.ToArray(), Assert.Single(fixture.Server.Artifacts).Value);
        Assert.Equal(2, fixture.Server.Experiments.Count);
    }

    [Fact]
    public async Task A_run_that_a_server_makes_too_late_is_not_doubled()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        Experiment experiment = await fixture.Client.GetOrCreateExperimentAsync("e", Cancellation);
        int creations = 0;
        fixture.Server.Faults = (_, path) => path.EndsWith("runs/create", StringComparison.Ordinal) && Interlocked.Increment(ref creations) == 1
            ? new Fault(FaultKind.Late, Delay: TimeSpan.FromMilliseconds(300))
            : null;
        await using MlflowClient hasty = fixture.NewClient(ServerFixture.Impatient with { RequestTimeout = TimeSpan.FromMilliseconds(100) });
        var creation = new RunCreation(experiment.ExperimentId) { Tags = [new RunTag("key", "1")], UniqueTag = "key" };
        Run run = await hasty.CreateRunAsync(creation, Cancellation);
        await hasty.LogMetricAsync(run.Info.RunId, "m", 1, 0, Cancellation);
        await fixture.Server.SettleAsync();
        Assert.InRange(fixture.Server.Runs.Count, 2, int.MaxValue);

        Run found = await fixture.Client.CreateRunAsync(creation, Cancellation);

        Assert.Equal(run.Info.RunId, found.Info.RunId);
        Assert.Equal(run.Info.RunId, Assert.Single(fixture.Server.Runs.Values, stored => !stored.IsDeleted).Id);
    }

    [Fact]
    public async Task Without_a_unique_tag_an_attempt_whose_outcome_is_unknown_is_the_last()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        fixture.Server.Faults = (_, path) => path.EndsWith("runs/create", StringComparison.Ordinal) ? new Fault(FaultKind.StatusAfter, 502) : null;

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.CreateRunAsync(new RunCreation("0"), Cancellation));

        Assert.Equal((502, true), (exception.StatusCode, exception.IsTransient));
        Assert.Single(fixture.Server.Runs);
    }

    [Fact]
    public async Task After_the_last_retry_the_failure_is_told()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        fixture.Server.Faults = (_, _) => new Fault(FaultKind.StatusBefore, 502, IsPage: true);

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.GetRunAsync("r", Cancellation));

        Assert.Equal(
            $"The tracking server at {fixture.Server.Uri} answers GET /api/2.0/mlflow/runs/get with status 502 ('502 Bad Gateway').", exception.Message);
        Assert.Equal((ErrorCodes.TemporarilyUnavailable, true), (exception.ErrorCode, exception.IsTransient));
        Assert.Equal(8, fixture.Server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_asks_for_too_long_a_pause_is_not_waited_for()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        fixture.Server.Faults = (_, _) => new Fault(FaultKind.StatusBefore, 429, RetryAfter: "3600");

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.GetRunAsync("r", Cancellation));

        Assert.Equal(ErrorCodes.RequestLimitExceeded, exception.ErrorCode);
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public async Task A_server_that_is_slow_is_given_up_and_waiting_can_be_cancelled()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        fixture.Server.Faults = (_, _) => new Fault(FaultKind.Late, Delay: TimeSpan.FromSeconds(10));
        await using MlflowClient hasty = fixture.NewClient(ServerFixture.Impatient with { RequestTimeout = TimeSpan.FromMilliseconds(50), MaxRetries = 1 });
        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => hasty.GetRunAsync("r", Cancellation));
        Assert.Equal((ErrorCodes.DeadlineExceeded, true), (exception.ErrorCode, exception.IsTransient));
        Assert.EndsWith("did not answer GET /api/2.0/mlflow/runs/get within 0.05 s.", exception.Message, StringComparison.Ordinal);

        using var cancellation = new CancellationTokenSource(50);
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Client.GetRunAsync("r", cancellation.Token));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 8000);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        await using var client = MlflowClient.Open(
            $"http://user:s3cret@127.0.0.1:{UnusedPort()}", new MlflowClientOptions { Server = ServerFixture.Impatient with { MaxRetries = 1 } });

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => client.GetRunAsync("r", Cancellation));

        Assert.Equal((ErrorCodes.TemporarilyUnavailable, true), (exception.ErrorCode, exception.IsTransient));
        Assert.StartsWith("The tracking server at http://127.0.0.1:", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Basic_wins_over_bearer_and_the_URI_over_both()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { UserName = "ädä", Password = "p:w" });
        MlflowServerOptions both = ServerFixture.Impatient with { UserName = "ädä", Password = "p:w", Token = "t" };
        await using MlflowClient good = fixture.NewClient(both);
        await good.ListExperimentsAsync(cancellationToken: Cancellation);
        await using var stated = MlflowClient.Open(
            fixture.Server.Uri.Replace("://", "://%C3%A4d%C3%A4:p%3Aw@", StringComparison.Ordinal),
            new MlflowClientOptions { Server = both with { UserName = "bob" } });
        await stated.ListExperimentsAsync(cancellationToken: Cancellation);
    }

    [Fact]
    public async Task A_token_is_sent_as_bearer()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { Token = "t0ken" });
        await using MlflowClient client = fixture.NewClient(ServerFixture.Impatient with { Token = "t0ken" });
        await client.ListExperimentsAsync(cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Refused_credentials_are_told_at_once_and_not_repeated()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { UserName = "ada", Password = "right" });
        await using MlflowClient client = fixture.NewClient(ServerFixture.Impatient with { UserName = "ada", Password = "s3cret" });

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => client.GetRunAsync("r", Cancellation));

        Assert.Equal((ErrorCodes.Unauthenticated, 401, false), (exception.ErrorCode, exception.StatusCode, exception.IsTransient));
        Assert.Contains("You are not authenticated.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("MLFLOW_TRACKING_TOKEN", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public async Task Credentials_go_to_the_tracking_server_and_to_no_other()
    {
        await using ServerFixture other = await ServerFixture.StartAsync();
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions
        {
            Token = "t0ken",
            ArtifactRoot = other.Server.Uri.Replace("http:", "mlflow-artifacts:", StringComparison.Ordinal) + "/store",
        });
        await using MlflowClient client = fixture.NewClient(ServerFixture.Impatient with { Token = "t0ken", Workspace = "lab" });
        Run run = await client.CreateRunAsync(new RunCreation((await client.GetOrCreateExperimentAsync("e", Cancellation)).ExperimentId), Cancellation);
        await client.LogTextAsync(run.Info.RunId, "a.txt", "hello", Cancellation);

        Assert.Equal($"store/1/{run.Info.RunId}/artifacts/a.txt", Assert.Single(other.Server.Artifacts).Key);
        Assert.Equal([""], other.Server.Authorizations);
        Assert.All(fixture.Server.Authorizations, header => Assert.Equal("Bearer t0ken", header));
    }

    [Fact]
    public async Task A_server_whose_listing_leads_out_of_the_folder_is_not_followed()
    {
        using var handler = new Answering(request => request.RequestUri!.AbsolutePath switch
        {
            "/api/2.0/mlflow/artifacts/list" =>
                """{"files":[{"path":"../evil.txt","is_dir":false},{"path":"/etc/evil","is_dir":false},{"path":"..","is_dir":true},"""
                    + """{"path":"good.txt","is_dir":false}]}""",
            "/api/2.0/mlflow/runs/get" => """{"run":{"info":{"run_id":"r","artifact_uri":"mlflow-artifacts:/1/r/artifacts"}}}""",
            _ => "content",
        });
        using var http = new HttpClient(handler);
        await using var client = MlflowClient.Open("http://server", new MlflowClientOptions { HttpClient = http, Server = ServerFixture.Impatient });
        string folder = Directory.CreateTempSubdirectory("mlflow-evil-").FullName, inner = Path.Combine(folder, "inner");

        Assert.Equal([Path.Combine(inner, "good.txt")], await client.DownloadArtifactsAsync("r", inner, cancellationToken: Cancellation));
        Assert.Equal([Path.Combine(inner, "good.txt")], Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_host_name_that_the_server_refuses_is_explained()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { AllowedHost = "localhost" });

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.GetRunAsync("r", Cancellation));

        Assert.Equal(ErrorCodes.PermissionDenied, exception.ErrorCode);
        Assert.Contains("--allowed-hosts", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_path_and_a_login_page_are_explained()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { PathPrefix = "/mlflow" });
        await using var astray = MlflowClient.Open(fixture.Server.Uri[..^"/mlflow".Length], new MlflowClientOptions { Server = ServerFixture.Impatient });
        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => astray.FindExperimentAsync("e", Cancellation));
        Assert.Equal(ErrorCodes.EndpointNotFound, exception.ErrorCode);
        Assert.Contains("does not know GET /api/2.0/mlflow/experiments/get-by-name ('404 Not Found')", exception.Message, StringComparison.Ordinal);

        fixture.Server.Faults = (_, _) => new Fault(FaultKind.LoginPage);
        Assert.Contains(
            "a login page stands before it",
            (await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.FindExperimentAsync("e", Cancellation))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restarted_server_is_found_again()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        await fixture.Server.StopAsync();
        await using MlflowClient patient = fixture.NewClient(ServerFixture.Impatient with { BackoffFactor = 0.05 });
        Task logging = patient.LogMetricAsync(id, "m", 1, 0, Cancellation);
        await fixture.Server.StartAsync();
        await logging;

        Assert.Single(fixture.Server.Runs[id].Points);
    }

    [Fact]
    public async Task A_certificate_is_verified_unless_told_otherwise()
    {
        using X509Certificate2 certificate = SelfSigned();
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), Cancellation);
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { Certificate = certificate });
        await using MlflowClient trusting = fixture.NewClient(ServerFixture.Impatient with { ServerCertificatePath = file }),
            blind = fixture.NewClient(ServerFixture.Impatient with { InsecureTls = true });

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.GetRunAsync("r", Cancellation));
        Assert.Contains("MLFLOW_TRACKING_SERVER_CERT_PATH", exception.Message, StringComparison.Ordinal);
        Assert.Empty(fixture.Server.Requests);
        await trusting.ListExperimentsAsync(cancellationToken: Cancellation);
        await blind.ListExperimentsAsync(cancellationToken: Cancellation);
        Assert.Contains(
            "cannot be used",
            Assert.Throws<MlflowException>(() => fixture.NewClient(new MlflowServerOptions { ServerCertificatePath = "/nosuch.pem" })).Message,
            StringComparison.Ordinal);
        File.Delete(file);
    }

    private static X509Certificate2 SelfSigned()
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Answering(Func<HttpRequestMessage, string> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer(request)), RequestMessage = request });
    }
}

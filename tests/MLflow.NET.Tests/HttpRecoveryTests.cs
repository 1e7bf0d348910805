using MLflow.TestServer;
using Xunit;

namespace MLflow.Tests;

/// <summary>Writes that fail although they have been carried out, or are under way still: everything of a run arrives, and once.</summary>
public sealed class HttpRecoveryTests
{
    private static readonly Metric[] Points = [.. Enumerable.Range(0, 20)
        .Select(step => new Metric("loss", step, ServerFixture.Time.AddMilliseconds(step), step))];
    private static readonly Param[] Params = [.. Enumerable.Range(0, 20).Select(i => new Param($"p{i}", $"{i}"))];
    private static readonly RunTag[] Tags = [new RunTag("a", "1"), new RunTag("b", "")];

    // Gives up earlier than the server does its work, and comes back a few times meanwhile.
    private static readonly MlflowServerOptions Hasty = ServerFixture.Impatient with { RequestTimeout = TimeSpan.FromMilliseconds(100), BackoffFactor = 0.05 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_whose_first_attempt_is_still_under_way_arrives_whole()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        FaultOnce(fixture, "log-batch", new Fault(FaultKind.Late, Delay: TimeSpan.FromMilliseconds(300)));
        await using MlflowClient hasty = fixture.NewClient(Hasty);

        await hasty.LogBatchAsync(id, Points, Params, Tags, Cancellation);
        await hasty.SetTerminatedAsync(id, cancellationToken: Cancellation);
        await fixture.Server.SettleAsync();

        CheckWhole(fixture.Server.Runs[id]);
        Assert.InRange(Count(fixture, "log-batch"), 3, 8);
    }

    [Fact]
    public async Task A_data_set_that_another_run_logs_at_the_same_time_is_logged_for_both()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string first = await fixture.NewRunAsync(), second = await fixture.NewRunAsync();
        FaultOnce(fixture, "log-inputs", new Fault(FaultKind.Late, Delay: TimeSpan.FromMilliseconds(200)));
        await using MlflowClient client = fixture.NewClient(ServerFixture.Impatient with { BackoffFactor = 0.05 });
        DatasetInput[] inputs = [new DatasetInput(new Dataset("cifar", "abc", "local", "{}"), [])];

        Task late = client.LogInputsAsync(first, inputs, Cancellation);
        while (Count(fixture, "log-inputs") == 0)
            await Task.Delay(1, Cancellation);
        await client.LogInputsAsync(second, inputs, Cancellation);
        await late;

        Assert.All(fixture.Server.Runs.Values, run => Assert.Single(run.Inputs));
        Assert.InRange(Count(fixture, "log-inputs"), 3, 8);
    }

    [Fact]
    public async Task What_a_proxy_sends_twice_is_there_once()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        fixture.Server.Faults = (method, _) => method == "GET" ? null : new Fault(FaultKind.SentTwice);

        string id = await LogEverythingAsync(fixture.Client);

        CheckWhole(Assert.Single(fixture.Server.Runs.Values, run => !run.IsDeleted));
        Assert.Equal(id, Assert.Single(fixture.Server.Runs.Values, run => !run.IsDeleted).Id);
        Assert.Equal(["Default", "e"], fixture.Server.Experiments.Values.Select(experiment => experiment.Name));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(FaultKind.ResetBefore)]
    [InlineData(FaultKind.ResetAfter)]
    [InlineData(FaultKind.SentTwice)]
    [InlineData(FaultKind.DatabaseError)]
    public async Task A_tag_is_taken_off_whatever_happens_to_the_request(FaultKind? fault)
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        await fixture.Client.LogBatchAsync(id, tags: Tags, cancellationToken: Cancellation);
        if (fault is { } kind)
            FaultOnce(fixture, "delete-tag", new Fault(kind));
        await fixture.Client.DeleteTagAsync(id, "a", Cancellation);
        Assert.DoesNotContain("a", fixture.Server.Runs[id].Tags.Keys);
        Assert.Contains("b", fixture.Server.Runs[id].Tags.Keys);
        await fixture.Client.DeleteTagAsync(id, "a", Cancellation);
        MlflowException missing = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.DeleteTagAsync(new string('0', 32), "a", Cancellation));
        Assert.Equal(ErrorCodes.ResourceDoesNotExist, missing.ErrorCode);
        await fixture.Client.DeleteRunAsync(id, Cancellation);
        MlflowException deleted = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.DeleteTagAsync(id, "b", Cancellation));
        Assert.Contains("must be in the 'active' state", deleted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_stored_though_its_answer_was_lost_is_not_sent_again()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        var lost = new HashSet<string>();
        fixture.Server.Faults = (method, path) =>
            method == "POST" && !path.EndsWith("/search", StringComparison.Ordinal) && lost.Add(path) ? new Fault(FaultKind.ResetAfter) : null;
        // A client that has lost the answer to a creation waits at its end as long as for a request.
        await using MlflowClient client = fixture.NewClient(ServerFixture.Impatient with { RequestTimeout = TimeSpan.FromSeconds(1) });

        await LogEverythingAsync(client);

        CheckWhole(Assert.Single(fixture.Server.Runs.Values));
        // The points of a batch that are not a metric's latest are not shown by a run, so those are.
        Assert.Equal(
            [("/experiments/create", 1), ("/runs/create", 1), ("/runs/log-batch", 2), ("/runs/log-inputs", 1), ("/runs/update", 1)],
            lost.Select(path => (path["/api/2.0/mlflow".Length..], fixture.Server.Requests.Count(request => request.Path == path))).Order());
    }

    [Fact]
    public async Task An_error_of_the_database_is_said_to_be_one_and_not_a_refusal()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        fixture.Server.Faults = (method, _) => method == "GET" ? null : new Fault(FaultKind.DatabaseError);

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogAcceptedAsync(id, Points, Params, Tags, Cancellation));

        Assert.Equal((ErrorCodes.BadRequest, true), (exception.ErrorCode, exception.IsTransient));
        Assert.StartsWith($"The tracking server at {fixture.Server.Uri} had an error in its database while it carried out POST "
            + "/api/2.0/mlflow/runs/log-batch: QueuePool limit", exception.Message, StringComparison.Ordinal);
        Assert.Equal(8, Count(fixture, "log-batch"));
    }

    [Fact]
    public async Task A_proxy_that_answers_400_to_everything_refuses_no_piece_of_a_run()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        fixture.Server.Faults = (_, _) => new Fault(FaultKind.StatusBefore, 400, IsPage: true);

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(() => fixture.Client.LogAcceptedAsync(id, Points, Params, Tags, Cancellation));

        Assert.Equal((400, false), (exception.StatusCode, exception.IsTransient));
        Assert.Equal(1, Count(fixture, "log-batch"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_is_deleted_refuses_all_and_no_piece(bool inEqualPieces)
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        await fixture.Client.DeleteRunAsync(id, Cancellation);

        MlflowException exception = await Assert.ThrowsAsync<MlflowException>(
            () => fixture.Client.LogAcceptedAsync(id, inEqualPieces ? Points : [Points[0]], cancellationToken: Cancellation));

        Assert.Equal($"The run {id} must be in the 'active' state. Current state is deleted.", exception.Message);
        Assert.Equal(2, Count(fixture, "log-batch"));
    }

    [Fact]
    public async Task What_a_server_refuses_by_its_name_holds_up_nothing_else()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { IsOnWindows = true });
        string id = await fixture.NewRunAsync();
        Metric[] metrics = [.. Enumerable.Range(0, 1500).Select(i => new Metric(i is 7 or 1200 ? $"m:{i}" : $"m{i}", i, ServerFixture.Time))];
        Param[] parameters = [.. Params, new Param("p:x", "1")];
        RunTag[] tags = [new RunTag("t:x", "1"), .. Tags];

        IReadOnlyList<RefusedEntity> refused = await fixture.Client.LogAcceptedAsync(id, metrics, parameters, tags, Cancellation);

        Assert.Equal(["parameter p:x", "tag t:x", "metric m:7", "metric m:1200"], refused.Select(entity => $"{entity.Kind} {entity.Key}".ToLowerInvariant()));
        Assert.StartsWith("the parameter 'p:x': Invalid value \"p:x\" for parameter 'name' supplied", refused[0].ToString(), StringComparison.Ordinal);
        StoredRun stored = fixture.Server.Runs[id];
        Assert.Equal(metrics.Select(metric => metric.Key).Where(key => !key.Contains(':', StringComparison.Ordinal)), stored.Points.Select(point => point.Key));
        Assert.Equal(Params.Select(param => param.Key), stored.Params.Keys);
        Assert.Equal(["a", "b", MlflowTags.RunName], stored.Tags.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(Count(fixture, "log-batch"), 10, 120);
    }

    [Fact]
    public async Task What_breaks_a_rule_is_left_out_and_the_rest_is_sent_at_once()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        await fixture.Client.LogParamAsync(id, "p0", "another", Cancellation);

        IReadOnlyList<RefusedEntity> refused = await fixture.Client.LogAcceptedAsync(
            id,
            [.. Points, new Metric("m", 1, DateTimeOffset.UnixEpoch.AddDays(-1))],
            [.. Params, new Param("p1", "twice"), new Param("long", new string('x', Limits.ParamValueLength + 1))],
            [.. Tags, new RunTag("a,b", "1")],
            Cancellation);

        Assert.Equal(["long", "p1", "a,b", "m", "p0"], refused.Select(entity => entity.Key)
            .OrderBy(key => key is "p0")
            .ThenBy(key => key is "m")
            .ThenBy(key => key is "a,b")
            .ThenBy(key => key, StringComparer.Ordinal));
        Assert.Contains("Changing param values is not allowed", refused.Single(entity => entity.Key == "p0").Reason.Message, StringComparison.Ordinal);
        StoredRun stored = fixture.Server.Runs[id];
        Assert.Equal(Points.Length, stored.Points.Count);
        Assert.Equal("1", stored.Params["p1"]);
        Assert.Equal(Params.Length, stored.Params.Count);
    }

    [Fact]
    public async Task A_body_too_large_for_a_proxy_is_sent_in_two()
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync();
        string id = await fixture.NewRunAsync();
        FaultOnce(fixture, "log-batch", new Fault(FaultKind.StatusBefore, 413, IsPage: true));

        Assert.Empty(await fixture.Client.LogAcceptedAsync(id, Points, Params, Tags, Cancellation));

        Assert.Equal((Points.Length, Params.Length), (fixture.Server.Runs[id].Points.Count, fixture.Server.Runs[id].Params.Count));
        Assert.Equal(4, Count(fixture, "log-batch"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public async Task Many_callers_do_not_exhaust_the_servers_connections(int concurrentRequests)
    {
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { Connections = 15, PoolTimeout = TimeSpan.FromSeconds(1) });
        await using MlflowClient client = fixture.NewClient(ServerFixture.Impatient with { ConcurrentRequests = concurrentRequests });

        await SweepAsync(client, runs: 32);

        Assert.Equal(0, fixture.Server.PoolTimeouts);
        CheckSweep(fixture, runs: 32);
    }

    [Fact]
    public async Task A_server_without_free_connections_costs_time_and_no_run()
    {
        await using ServerFixture fixture =
            await ServerFixture.StartAsync(new TestServerOptions { Connections = 15, PoolTimeout = TimeSpan.FromMilliseconds(100) });
        await using MlflowClient client =
            fixture.NewClient(ServerFixture.Impatient with { ConcurrentRequests = 32, ConcurrentRequestsLimit = 32, MaxRetries = 50, BackoffJitter = 0.1 });

        await SweepAsync(client, runs: 32);

        Assert.InRange(fixture.Server.PoolTimeouts, 1, int.MaxValue);
        CheckSweep(fixture, runs: 32);
    }

    private static async Task SweepAsync(MlflowClient client, int runs)
    {
        Experiment experiment = await client.GetOrCreateExperimentAsync("e", Cancellation);
        await Task.WhenAll(Enumerable.Range(0, runs).Select(i => LogEverythingAsync(client, experiment, $"{i}")));
    }

    private static void CheckSweep(ServerFixture fixture, int runs)
    {
        StoredRun[] active = [.. fixture.Server.Runs.Values.Where(run => !run.IsDeleted)];
        Assert.Equal(runs, active.Select(run => run.Tags["key"]).Distinct().Count());
        Assert.Equal(runs, active.Length);
        Assert.All(active, CheckWhole);
    }

    private static async Task<string> LogEverythingAsync(MlflowClient client)
        => await LogEverythingAsync(client, await client.GetOrCreateExperimentAsync("e", Cancellation), "1");

    private static async Task<string> LogEverythingAsync(MlflowClient client, Experiment experiment, string key)
    {
        var creation = new RunCreation(experiment.ExperimentId) { Tags = [new RunTag("key", key)], UniqueTag = "key", StartTime = ServerFixture.Time };
        string id = (await client.CreateRunAsync(creation, Cancellation)).Info.RunId;
        await client.LogBatchAsync(id, Points, Params, Tags, Cancellation);
        await client.LogInputsAsync(id, [new DatasetInput(new Dataset("cifar", "abc", "local", "{}"), [])], Cancellation);
        await client.SetTerminatedAsync(id, cancellationToken: Cancellation);
        return id;
    }

    private static void CheckWhole(StoredRun run)
    {
        Assert.Equal(Points.Select(point => (point.Key, point.Value, point.Step)), run.Points.Select(point => (point.Key, point.Value, point.Step)));
        Assert.Equal(Params.Select(param => (param.Key, param.Value)).Order(), run.Params.Select(param => (param.Key, param.Value)).Order());
        Assert.Equal(("1", ""), (run.Tags["a"], run.Tags["b"]));
        Assert.Equal("FINISHED", run.Status);
        Assert.NotNull(run.EndTime);
    }

    private static int Count(ServerFixture fixture, string call)
        => fixture.Server.Requests.Count(request => request.Path.EndsWith($"/{call}", StringComparison.Ordinal));

    private static void FaultOnce(ServerFixture fixture, string call, Fault fault)
    {
        int calls = 0;
        fixture.Server.Faults = (_, path) => path.EndsWith($"/{call}", StringComparison.Ordinal) && Interlocked.Increment(ref calls) == 1 ? fault : null;
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace MLflow.Tests;

/// <summary>When requests are sent again, how long is waited before, and how many are under way.</summary>
public sealed class RequestPipelineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);
    private static readonly MlflowServerOptions Options = new() { BackoffJitter = 0, RequestTimeout = Patience };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failing_server_is_asked_eight_times_with_doubling_pauses()
    {
        Script script = await ScriptAsync(Options, _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));

        Assert.Equal(8, script.Requests);
        Assert.Equal([4.0, 8, 16, 32, 64, 120], script.Pauses);
        Assert.Equal(503, script.Failure?.StatusCode);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    public async Task Retries_are_as_many_as_allowed(int retries, int requests)
        => Assert.Equal(requests, (await ScriptAsync(Options with { MaxRetries = retries }, _ => new HttpResponseMessage(HttpStatusCode.BadGateway))).Requests);

    [Fact]
    public async Task Seconds_that_a_server_asks_for_are_kept()
    {
        Script script = await ScriptAsync(Options, request => request < 2 ? Busy(new RetryConditionHeaderValue(TimeSpan.FromSeconds(7))) : Good());

        Assert.Null(script.Failure);
        Assert.Equal([7.0, 7], script.Pauses);
    }

    [Fact]
    public async Task A_date_that_a_server_asks_for_is_kept()
    {
        var clock = new EagerClock();
        Script script = await ScriptAsync(
            Options, request => request == 0 ? Busy(new RetryConditionHeaderValue(clock.GetUtcNow().AddSeconds(30))) : Good(), clock);

        Assert.Null(script.Failure);
        Assert.Equal([30.0], script.Pauses);
    }

    [Fact]
    public async Task A_pause_longer_than_the_longest_ends_the_attempts()
    {
        Script script = await ScriptAsync(Options, _ => Busy(new RetryConditionHeaderValue(TimeSpan.FromSeconds(121))));

        Assert.Equal(1, script.Requests);
        Assert.Equal(ErrorCodes.RequestLimitExceeded, script.Failure?.ErrorCode);
    }

    [Fact]
    public async Task A_pause_asked_for_can_be_ignored()
    {
        Script script = await ScriptAsync(
            Options with { RespectRetryAfter = false }, request => request < 2 ? Busy(new RetryConditionHeaderValue(TimeSpan.FromHours(5))) : Good());

        Assert.Null(script.Failure);
        Assert.Equal([4.0], script.Pauses);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(501)]
    public async Task What_will_not_change_is_asked_once(int status)
        => Assert.Equal(1, (await ScriptAsync(Options, _ => new HttpResponseMessage((HttpStatusCode)status))).Requests);

    [Fact]
    public async Task An_attempt_ends_after_its_time_and_the_next_one_begins()
    {
        using var handler = new Handler(async (request, token) =>
        {
            if (request == 0)
                await Task.Delay(Timeout.Infinite, token);
            return Good();
        });
        var clock = new FakeTimeProvider();
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        await using var client = MlflowClient.Open("http://server", new MlflowClientOptions { HttpClient = http, Server = Options, TimeProvider = clock });
        Task<Run> run = client.GetRunAsync("r", Cancellation);
        clock.Advance(Patience - TimeSpan.FromTicks(1));
        Assert.False(run.IsCompleted);
        Assert.Equal(1, handler.Requests);
        clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("r", (await run).Info.RunId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task No_more_requests_are_under_way_than_allowed_whatever_the_callers_do(int allowed)
    {
        int underWay = 0, most = 0;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var handler = new Handler(async (_, token) =>
        {
            int now = Interlocked.Increment(ref underWay);
            lock (gate)
                most = Math.Max(most, now);
            if (now == allowed)
                gate.TrySetResult();
            // All that may come have come; then there is time for one too many.
            await gate.Task.WaitAsync(token);
            await Task.Delay(2, token);
            Interlocked.Decrement(ref underWay);
            return Good();
        });
        using var http = new HttpClient(handler);
        await using var client = MlflowClient.Open(
            "http://server", new MlflowClientOptions { HttpClient = http, Server = Options with { ConcurrentRequests = allowed } });

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => client.GetRunAsync("r", Cancellation), Cancellation)));

        Assert.Equal((64, allowed), (handler.Requests, most));
    }

    [Fact]
    public async Task Waiting_for_ones_turn_is_not_the_servers_time()
    {
        using var handler = new Handler(async (_, token) =>
        {
            await Task.Delay(150, token);
            return Good();
        });
        using var http = new HttpClient(handler);
        await using var client = MlflowClient.Open("http://server", new MlflowClientOptions
        {
            HttpClient = http,
            Server = new MlflowServerOptions { ConcurrentRequests = 1, RequestTimeout = TimeSpan.FromMilliseconds(600), MaxRetries = 0 },
        });

        // Together they take longer than one may.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetRunAsync("r", Cancellation)));
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(9, 8)]
    [InlineData(33, 32)]
    public void More_requests_at_once_than_a_server_bears_are_refused(int requests, int limit)
    {
        var options = new MlflowServerOptions { ConcurrentRequests = requests, ConcurrentRequestsLimit = limit };
        MlflowException exception = Assert.Throws<MlflowException>(() => MlflowClient.Open("http://server", new MlflowClientOptions { Server = options }));

        Assert.StartsWith(
            $"MlflowServerOptions.ConcurrentRequests is {requests}; it must be between 1 and {limit}.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Four_requests_at_once_are_usual_eight_are_allowed_and_more_where_one_says_so()
    {
        Assert.Equal((4, 8), (Options.ConcurrentRequests, Options.ConcurrentRequestsLimit));
        // The servers' own wait for a connection of their pool.
        Assert.True(new MlflowServerOptions().RequestTimeout > TimeSpan.FromSeconds(30));
        await using var client = MlflowClient.Open(
            "http://server", new MlflowClientOptions { Server = Options with { ConcurrentRequests = 32, ConcurrentRequestsLimit = 32 } });
    }

    private static HttpResponseMessage Good() => new(HttpStatusCode.OK) { Content = new StringContent("""{"run":{"info":{"run_id":"r"}}}""") };

    private static HttpResponseMessage Busy(RetryConditionHeaderValue retryAfter)
    {
        var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter = retryAfter;
        return response;
    }

    /// <summary>Reads a run from a server that answers by the number of the request, from 0.</summary>
    private static async Task<Script> ScriptAsync(MlflowServerOptions options, Func<int, HttpResponseMessage> answer, EagerClock? clock = null)
    {
        clock ??= new EagerClock();
        using var handler = new Handler((request, _) => Task.FromResult(answer(request)));
        using var http = new HttpClient(handler);
        await using var client = MlflowClient.Open("http://server", new MlflowClientOptions { HttpClient = http, Server = options, TimeProvider = clock });
        MlflowException? failure = null;
        try
        {
            await client.GetRunAsync("r", Cancellation);
        }
        catch (MlflowException exception)
        {
            failure = exception;
        }
        return new Script(handler.Requests, clock.Pauses, failure);
    }

    private sealed record Script(int Requests, IEnumerable<double> Pauses, MlflowException? Failure);

    private sealed class Handler(Func<int, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        private int _requests;

        public int Requests => _requests;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => answer(Interlocked.Increment(ref _requests) - 1, cancellationToken);
    }

    /// <summary>A clock that jumps to the end of every pause as it begins.</summary>
    private sealed class EagerClock : FakeTimeProvider
    {
        private readonly ConcurrentQueue<TimeSpan> _pauses = new();

        public IEnumerable<double> Pauses => _pauses.Select(pause => pause.TotalSeconds);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == Patience || dueTime == Timeout.InfiniteTimeSpan)
                return timer;
            _pauses.Enqueue(dueTime);
            Task.Run(() => Advance(dueTime), CancellationToken.None);
            return timer;
        }
    }
}

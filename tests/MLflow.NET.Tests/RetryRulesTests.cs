using System.Net;
using MLflow.Http;
using Xunit;

namespace MLflow.Tests;

public sealed class RetryRulesTests
{
    private static readonly MlflowServerOptions Defaults = new();

    [Theory]
    [InlineData(408, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(502, true)]
    [InlineData(503, true)]
    [InlineData(504, true)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(413, false)]
    [InlineData(501, false)]
    public void The_statuses_tried_again_are_the_official_clients(int status, bool again)
        => Assert.Equal(again, RetryRules.IsTransient((HttpStatusCode)status, hasRetryAfter: false));

    [Fact]
    public void A_body_too_large_is_tried_again_only_where_the_server_says_when()
        => Assert.True(RetryRules.IsTransient(HttpStatusCode.RequestEntityTooLarge, hasRetryAfter: true));

    [Fact]
    public void Pauses_double_from_the_second_retry_on_and_stay_below_two_minutes()
        => Assert.Equal(
            [0.0, 4, 8, 16, 32, 64, 120],
            Enumerable.Range(1, 7).Select(retry => RetryRules.Pause(Defaults with { BackoffJitter = 0 }, retry, null, 0.5).TotalSeconds));

    [Fact]
    public void Chance_is_added_to_a_pause()
        => Assert.Equal(4.5, RetryRules.Pause(Defaults, 2, null, 0.5).TotalSeconds);

    [Fact]
    public void A_server_that_says_when_is_obeyed_unless_it_says_too_late()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), RetryRules.Pause(Defaults, 1, TimeSpan.FromSeconds(7), 0));
        Assert.True(RetryRules.IsWorthWaiting(Defaults, TimeSpan.FromSeconds(7)));
        Assert.False(RetryRules.IsWorthWaiting(Defaults, TimeSpan.FromHours(1)));
        Assert.True(RetryRules.IsWorthWaiting(Defaults with { RespectRetryAfter = false }, TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.Zero, RetryRules.Pause(Defaults with { RespectRetryAfter = false }, 1, TimeSpan.FromHours(1), 0));
    }
}

using MLflow.Http;
using Xunit;

namespace MLflow.Tests;

/// <summary>How many requests a server gets at once.</summary>
public sealed class RequestGateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_stall_of_several_requests_halves_their_number_and_good_answers_bring_it_back()
    {
        RequestGate gate = new(8);
        int[] turns = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gate.EnterAsync(Cancellation)));
        Task<int> ninth = gate.EnterAsync(Cancellation);
        Assert.False(ninth.IsCompleted);
        foreach (int turn in turns)
            gate.Leave(turn, struggles: true);
        Assert.Equal(4, gate.Allowed);
        gate.Leave(await ninth, struggles: true);
        Assert.Equal(2, gate.Allowed);
        for (int stall = 0; stall < 3; stall++)
            gate.Leave(await gate.EnterAsync(Cancellation), struggles: true);
        Assert.Equal(1, gate.Allowed);
        for (int good = 0; good < 7 * 20; good++)
            gate.Leave(await gate.EnterAsync(Cancellation), struggles: false);
        Assert.Equal(8, gate.Allowed);
        for (int good = 0; good < 100; good++)
            gate.Leave(await gate.EnterAsync(Cancellation), struggles: false);
        Assert.Equal(8, gate.Allowed);
    }

    [Fact]
    public async Task Those_that_wait_come_in_their_order_and_who_gives_up_keeps_nobody_waiting()
    {
        RequestGate gate = new(1);
        int first = await gate.EnterAsync(Cancellation);
        using CancellationTokenSource impatient = new();
        Task<int> second = gate.EnterAsync(impatient.Token), third = gate.EnterAsync(Cancellation), fourth = gate.EnterAsync(Cancellation);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.Leave(first, struggles: false);
        int turn = await third;
        Assert.False(fourth.IsCompleted);
        gate.Leave(turn, struggles: false);
        await fourth;
    }
}

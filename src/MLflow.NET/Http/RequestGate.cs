namespace MLflow.Http;

/// <summary>
/// Lets a few requests pass at once, in the order of their coming; fewer while the server struggles. A stall or an error of the server halves their number, at
/// the first of several that were under way together, and a number of good answers in a row brings back one.
/// </summary>
internal sealed class RequestGate
{
    // So many good answers for one more at once: recovering takes longer than giving way.
    private const int GoodAnswers = 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private readonly int _most;
    private int _underWay;
    private int _good;
    private int _generation;

    /// <param name="most">The most at once.</param>
    public RequestGate(int most)
    {
        _most = most;
        Allowed = most;
    }

    /// <summary>How many may be under way now.</summary>
    public int Allowed { get; private set; }

    /// <summary>Waits for one's turn.</summary>
    /// <returns>To be handed to <see cref="Leave"/>.</returns>
    public async Task<int> EnterAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> turn;
        lock (_lock)
        {
            if (_underWay < Allowed)
            {
                _underWay++;
                return _generation;
            }

            turn = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        CancellationTokenRegistration registration = cancellationToken.Register(() =>
        {
            lock (_lock)
            {
                if (turn.List is null)
                    return;
                _waiting.Remove(turn);
            }

            turn.Value.TrySetCanceled(cancellationToken);
        });
        await using (registration.ConfigureAwait(false))
            await turn.Value.Task.ConfigureAwait(false);
        return Volatile.Read(ref _generation);
    }

    /// <summary>Ends one's turn.</summary>
    /// <param name="generation">What <see cref="EnterAsync"/> returned.</param>
    /// <param name="struggles">Whether the server let the request wait in vain, or failed by itself.</param>
    public void Leave(int generation, bool struggles)
    {
        lock (_lock)
        {
            _underWay--;
            if (struggles && generation == _generation)
            {
                Allowed = Math.Max(1, Allowed / 2);
                _generation++;
                _good = 0;
            }
            else if (!struggles && Allowed < _most && ++_good == GoodAnswers)
            {
                Allowed++;
                _good = 0;
            }

            while (_underWay < Allowed && _waiting.First is { } next)
            {
                _waiting.RemoveFirst();
                _underWay++;
                next.Value.TrySetResult();
            }
        }
    }
}

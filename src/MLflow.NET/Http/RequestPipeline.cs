using System.Globalization;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace MLflow.Http;

/// <summary>How requests reach a server: a few at once, none longer than it may take, and again where that may help.</summary>
internal sealed class RequestPipeline
{
    private static readonly ResiliencePropertyKey<TimeSpan> LongestAttempt = new("longest attempt");
    private static readonly ResiliencePropertyKey<Repeatable> Repetition = new("repetition");

    private readonly MlflowServerOptions _options;
    private readonly RequestGate _gate;
    private readonly ResiliencePipeline _attempt;
    private readonly ResiliencePipeline _retries;

    public RequestPipeline(MlflowServerOptions options, TimeProvider time)
    {
        if (options.ConcurrentRequests < 1 || options.ConcurrentRequests > options.ConcurrentRequestsLimit)
        {
            throw MlflowException.Invalid(string.Create(
                CultureInfo.InvariantCulture,
                $"{nameof(MlflowServerOptions)}.{nameof(options.ConcurrentRequests)} is {options.ConcurrentRequests}; "
                    + $"it must be between 1 and {options.ConcurrentRequestsLimit}. A greater {nameof(options.ConcurrentRequestsLimit)} allows more, "
                    + $"for a server whose pool of database connections is known to be larger than the usual 15."));
        }
        _options = options;
        _gate = new RequestGate(options.ConcurrentRequests);
        _attempt = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = static arguments => ValueTask.FromResult(arguments.Context.Properties.GetValue(LongestAttempt, Timeout.InfiniteTimeSpan)),
            })
            .Build();
        _retries = options.MaxRetries < 1 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                ShouldHandle = arguments => ValueTask.FromResult(IsToBeRepeated(arguments.Outcome.Exception, arguments.Context)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                    RetryRules.Pause(
                        _options, arguments.AttemptNumber + 1, (arguments.Outcome.Exception as MlflowException)?.RetryAfter, Random.Shared.NextDouble())),
            })
            .Build();
    }

    /// <summary>Sends one request, once. Throws a transient <see cref="MlflowException"/> where it takes too long.</summary>
    /// <param name="what">The request in words, for that exception.</param>
    public async Task<T> AttemptAsync<T>(Func<CancellationToken, Task<T>> send, TimeSpan timeout, string what, CancellationToken cancellationToken)
    {
        // Waiting for one's turn is inside a retry, which pauses without keeping others waiting, and outside the time-out: it is not the server's fault.
        int turn = await _gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        bool struggles = false;
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            context.Properties.Set(LongestAttempt, timeout);
            return await _attempt.ExecuteAsync(static async (context, send) => await send(context.CancellationToken).ConfigureAwait(false), context, send)
                .ConfigureAwait(false);
        }
        catch (MlflowException exception)
        {
            struggles = exception.IsTransient && exception.StatusCode is >= 500 or 400;
            throw;
        }
        catch (TimeoutRejectedException exception)
        {
            struggles = true;
            throw new MlflowException(
                ErrorCodes.DeadlineExceeded,
                string.Create(CultureInfo.InvariantCulture, $"{what} within {timeout.TotalSeconds:0.###} s."),
                exception) { IsTransient = true };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
            _gate.Leave(turn, struggles);
        }
    }

    /// <summary>Does something until it succeeds, fails for good, or has been tried often enough.</summary>
    /// <param name="work">Given how many times it has failed before.</param>
    public async Task<T> RepeatAsync<T>(Func<int, CancellationToken, Task<T>> work, Repeatable repeatable, CancellationToken cancellationToken)
    {
        int failed = 0;
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            context.Properties.Set(Repetition, repeatable);
            return await _retries.ExecuteAsync(async context => await work(failed++, context.CancellationToken).ConfigureAwait(false), context)
                .ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private bool IsToBeRepeated(Exception? failure, ResilienceContext context) => failure is MlflowException { IsTransient: true } exception
        && RetryRules.IsWorthWaiting(_options, exception.RetryAfter)
        && context.Properties.GetValue(Repetition, Repeatable.Never) switch
        {
            Repeatable.Always => true,
            Repeatable.IfUnsent => ServerConnection.IsUnsent(exception),
            _ => false,
        };
}

using System.Net;

namespace MLflow.Http;

/// <summary>When MLflow's own client tries again and how long it pauses before; its rules are those of urllib3.</summary>
internal static class RetryRules
{
    public static bool IsTransient(HttpStatusCode status, bool hasRetryAfter) => (int)status switch
    {
        408 or 429 or 500 or 502 or 503 or 504 => true,
        // An answer that says when to come back asks for it.
        413 => hasRetryAfter,
        _ => false,
    };

    /// <summary>Whether the pause that a server asks for, if any, is one to keep. A longer one ends the attempts.</summary>
    public static bool IsWorthWaiting(MlflowServerOptions options, TimeSpan? retryAfter) =>
        !options.RespectRetryAfter || retryAfter is null || retryAfter <= options.LongestPause;

    /// <summary>The pause before retry <paramref name="retry"/> (1, 2, …).</summary>
    /// <param name="retryAfter">What the server asks for.</param>
    /// <param name="chance">A number from 0 to 1.</param>
    public static TimeSpan Pause(MlflowServerOptions options, int retry, TimeSpan? retryAfter, double chance)
    {
        if (options.RespectRetryAfter && retryAfter is { } asked)
            return asked;
        // The first retry follows at once.
        double seconds = retry <= 1 ? 0 : (options.BackoffFactor * Math.Pow(2, retry - 1)) + (chance * options.BackoffJitter);
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, options.LongestPause.TotalSeconds));
    }
}

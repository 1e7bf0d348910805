namespace MLflow;

/// <summary>How a client reaches its store.</summary>
public sealed record MlflowClientOptions
{
    /// <summary>The folder for artifacts of a local store; null for <c>mlartifacts</c> beside the database.</summary>
    public string? ArtifactRoot { get; init; }

    /// <summary>How long to wait for another process that writes to the same database.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether a database that is there already is looked through for damage before its first use, which takes about 3 s for a million metric points. Without
    /// that, damage is noticed where something comes across it.
    /// </summary>
    public bool VerifyDatabase { get; init; }

    /// <summary>How to talk to a tracking server; null for <see cref="MlflowServerOptions.FromEnvironment"/>.</summary>
    public MlflowServerOptions? Server { get; init; }

    /// <summary>
    /// A client of one's own for a tracking server, such as one from an <c>IHttpClientFactory</c>; it is not disposed. Trust and certificates
    /// are then its affair, and its time-out holds beside <see cref="MlflowServerOptions.RequestTimeout"/>.
    /// </summary>
    public HttpClient? HttpClient { get; init; }

    /// <summary>The clock behind times a caller leaves out, and behind pauses.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

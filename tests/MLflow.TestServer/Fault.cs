namespace MLflow.TestServer;

/// <summary>What goes wrong with a request.</summary>
public enum FaultKind
{
    /// <summary>The connection is reset before anything is done.</summary>
    ResetBefore,

    /// <summary>The request is carried out, and the connection is reset before the answer.</summary>
    ResetAfter,

    /// <summary>An error status without anything being done.</summary>
    StatusBefore,

    /// <summary>The request is carried out and answered with an error status, as by a proxy that gave up waiting.</summary>
    StatusAfter,

    /// <summary>
    /// The request is carried out after a delay, whether or not anyone still waits for it. Until then another one that writes the same parameters or data
    /// sets violates a UNIQUE constraint.
    /// </summary>
    Late,

    /// <summary>A proxy sends the request twice at once; the answer is that of the one that comes second.</summary>
    SentTwice,

    /// <summary>No connection to the database is free, and nothing is done.</summary>
    DatabaseError,

    /// <summary>The server is ended and started again: this request and all others under way are cut, whatever has become of them.</summary>
    Restart,

    /// <summary>A page for people with status 200 and nothing done.</summary>
    LoginPage,
}

/// <summary>A fault and its details.</summary>
/// <param name="Status">For the two kinds with a status.</param>
/// <param name="IsPage">Whether the error is an HTML page and not MLflow's JSON.</param>
/// <param name="RetryAfter">A header that says when to come back.</param>
/// <param name="Delay">For <see cref="FaultKind.Late"/>.</param>
public sealed record Fault(FaultKind Kind, int Status = 503, bool IsPage = false, string? RetryAfter = null, TimeSpan Delay = default);

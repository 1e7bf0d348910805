using System.Globalization;
using MLflow.Http;

namespace MLflow;

/// <summary>How to talk to a tracking server: who one is, whom one trusts, how patient one is. The defaults are those of MLflow's own client.</summary>
/// <remarks>Neither the password nor the token appears in <see cref="ToString"/>, in error messages or in anything this library writes.</remarks>
public sealed record MlflowServerOptions
{
    /// <summary>
    /// The name for basic authentication. User name and password in the tracking URI go before this one, this one before <see cref="Token"/>.
    /// </summary>
    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>A bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>Does not verify the server's certificate, which gives passwords and data to whoever stands between.</summary>
    public bool InsecureTls { get; init; }

    /// <summary>A PEM file of certificates to trust instead of the machine's.</summary>
    public string? ServerCertificatePath { get; init; }

    /// <summary>A PEM file with the client's certificate and its key.</summary>
    public string? ClientCertificatePath { get; init; }

    /// <summary>
    /// Requests under way at once, whatever the callers do; the others wait for their turn. They are fewer while the server stalls or fails by itself. 4 are as
    /// fast as more: a server with MLflow's usual settings has 15 connections to its database, and stands still for 30 s at a time when requests compete for
    /// them.
    /// </summary>
    public int ConcurrentRequests { get; init; } = 4;

    /// <summary>
    /// The most that <see cref="ConcurrentRequests"/> may be. To be raised only for a server that is known to have more connections to its database.
    /// </summary>
    public int ConcurrentRequestsLimit { get; init; } = 8;

    /// <summary>
    /// How long one attempt may take once it is sent; an upload gets more according to its size. To be longer than the 30 s for which servers wait for a
    /// connection to their database: who gives up earlier asks again while the server is still at work.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Attempts after the first, where the server cannot be reached or answers 408, 429, 500, 502, 503 or 504.</summary>
    public int MaxRetries { get; init; } = 7;

    /// <summary>Seconds from which the pauses between attempts double.</summary>
    public double BackoffFactor { get; init; } = 2;

    /// <summary>Seconds of chance added to a pause.</summary>
    public double BackoffJitter { get; init; } = 1;

    /// <summary>Whether a pause the server asks for is kept.</summary>
    public bool RespectRetryAfter { get; init; } = true;

    /// <summary>The longest pause between two attempts. A server that asks for a longer one is not tried again.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The workspace of servers that have several (MLflow 3.10 and later).</summary>
    public string? Workspace { get; init; }

    /// <summary>
    /// Whether this machine sees the server's artifact folders under the same paths, for servers that do not pass artifacts on.
    /// Left out, it is assumed of a server on this machine only.
    /// </summary>
    public bool? SharesDisk { get; init; }

    /// <summary>The settings of MLflow's environment variables, and of <c>~/.mlflow/credentials</c> for what they leave out.</summary>
    /// <exception cref="MlflowException">A variable has a value it cannot have.</exception>
    public static MlflowServerOptions FromEnvironment()
        => EnvironmentSettings.Read(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <inheritdoc/>
    public override string ToString()
    {
        string identity = UserName is not null ? "basic" : Token is not null ? "bearer" : "none";
        return string.Create(CultureInfo.InvariantCulture, $"{nameof(MlflowServerOptions)} {{ Authentication = {identity}, RequestTimeout = {RequestTimeout}, "
            + $"MaxRetries = {MaxRetries}, InsecureTls = {InsecureTls} }}");
    }
}

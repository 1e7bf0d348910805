using System.Security.Cryptography.X509Certificates;

namespace MLflow.TestServer;

/// <summary>Which server to be.</summary>
public sealed record TestServerOptions
{
    /// <summary>MLflow's version; behaviour differs from 3.0, 3.7 and 3.11 on.</summary>
    public Version Version { get; init; } = new(3, 11, 1);

    /// <summary>A user name for basic authentication; null for none.</summary>
    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>A bearer token; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>The only Host header that is answered; null for any.</summary>
    public string? AllowedHost { get; init; }

    /// <summary>Speaks TLS with this certificate; plain HTTP where there is none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>A path before the API's, as behind a proxy.</summary>
    public string PathPrefix { get; init; } = "";

    /// <summary>Where runs say that their artifacts are; null for the server's own proxy.</summary>
    public string? ArtifactRoot { get; init; }

    /// <summary>Whether it runs on Windows, where a key with a colon could not become a file.</summary>
    public bool IsOnWindows { get; init; }

    /// <summary>
    /// Connections to its database; null for as many as there are requests. A request holds one and needs a second to finish, so as many requests as
    /// there are connections stand still until <see cref="PoolTimeout"/>.
    /// </summary>
    public int? Connections { get; init; }

    /// <summary>How long a request waits for a connection before it is answered with an error.</summary>
    public TimeSpan PoolTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The greatest page of a search or history, whatever is asked for.</summary>
    public int LargestPage { get; init; } = int.MaxValue;
}

using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MLflow.TestServer;

/// <summary>An MLflow tracking server in memory that behaves as real ones were measured to, traps included, and fails when told to.</summary>
public sealed class TrackingServer : IAsyncDisposable
{
    private const string Api = "/api/2.0/mlflow/";

    private readonly TestServerOptions _options;
    private readonly TrackingApi _tracking;
    private readonly ArtifactApi _artifacts;
    private readonly ModelApi _models;
    private readonly Dictionary<string, Dictionary<string, Func<Call, Answer>>> _routes = new(StringComparer.Ordinal);
    private readonly Lock _one = new();
    private readonly SemaphoreSlim? _pool;
    private readonly ConcurrentQueue<(string Method, string Path)> _requests = new();
    private readonly ConcurrentQueue<string> _authorizations = new();
    private readonly ConcurrentDictionary<HttpContext, bool> _open = new();
    private WebApplication? _application;
    private int _port;
    private int _underWay;
    private int _poolTimeouts;

    private TrackingServer(TestServerOptions options)
    {
        _options = options;
        _pool = options.Connections is { } connections ? new SemaphoreSlim(connections) : null;
        _tracking = new TrackingApi(options);
        _artifacts = new ArtifactApi(options, _tracking);
        _models = new ModelApi(options, _tracking);
        foreach ((string method, string path, Func<Call, Answer> handle) in _tracking.Routes().Concat(_artifacts.Routes()).Concat(_models.Routes()))
        {
            if (!_routes.TryGetValue(path, out Dictionary<string, Func<Call, Answer>>? methods))
                _routes.Add(path, methods = new Dictionary<string, Func<Call, Answer>>(StringComparer.Ordinal));
            methods.Add(method, handle);
        }
    }

    /// <summary>The tracking URI.</summary>
    public string Uri => FormattableString.Invariant($"{(_options.Certificate is null ? "http" : "https")}://127.0.0.1:{_port}{_options.PathPrefix}");

    /// <summary>What to do to a request, by method and path; null for none. Called for several requests at once.</summary>
    public Func<string, string, Fault?>? Faults { get; set; }

    /// <summary>Every request so far.</summary>
    public IReadOnlyList<(string Method, string Path)> Requests => [.. _requests];

    /// <summary>Requests that have waited in vain for a connection to the database.</summary>
    public int PoolTimeouts => _poolTimeouts;

    /// <summary>The Authorization headers of every request so far, empty where there was none.</summary>
    public IReadOnlyList<string> Authorizations => [.. _authorizations];

    /// <summary>The experiments by id. To be read while nothing is under way.</summary>
    public IReadOnlyDictionary<string, StoredExperiment> Experiments => _tracking.Experiments;

    /// <summary>The runs by id. To be read while nothing is under way.</summary>
    public IReadOnlyDictionary<string, StoredRun> Runs => _tracking.Runs;

    /// <summary>
    /// Everything that the active runs hold, a line each, without what the server has made up (ids, and what contains them). To be read while nothing is under
    /// way.
    /// </summary>
    public string[] Contents()
    {
        lock (_one)
        {
            Dictionary<string, string> keys = Runs.Values.ToDictionary(run => run.Id, run => run.Tags.GetValueOrDefault("diffusion.key", run.Name));
            return
            [
                .. Runs.Values.Where(run => !run.IsDeleted).SelectMany(run => Lines(run).Select(line => $"{keys[run.Id]} {line}"))
                    .Order(StringComparer.Ordinal),
            ];

            IEnumerable<string> Lines(StoredRun run) =>
            [
                FormattableString.Invariant($"run {run.Name} {run.Status} {run.StartTime} {run.EndTime}"),
                .. run.Params.Select(param => $"param {param.Key}={param.Value}"),
                .. run.Tags.Select(tag => $"tag {tag.Key}={keys.GetValueOrDefault(tag.Value, tag.Value)}"),
                .. run.Points.Select(point => FormattableString.Invariant($"point {point.Key} {point.Step} {point.Timestamp} {point.Value:R}")),
                .. run.Inputs.Keys.Select(input => $"input {input}"),
                .. Artifacts.Where(file => file.Key.Contains($"/{run.Id}/", StringComparison.Ordinal)).Select(file =>
                    $"file {file.Key.Split($"/{run.Id}/")[1]} {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file.Value))}"),
            ];
        }
    }

    /// <summary>The proxied artifacts by path. To be read while nothing is under way.</summary>
    public IReadOnlyDictionary<string, byte[]> Artifacts => _artifacts.Files;

    /// <summary>The states of logged models. To be read while nothing is under way.</summary>
    public IReadOnlyList<string> ModelStates => [.. _models.States];

    /// <summary>Starts one on a free port of this machine.</summary>
    public static async Task<TrackingServer> StartAsync(TestServerOptions? options = null)
    {
        var server = new TrackingServer(options ?? new TestServerOptions());
        await server.StartAsync();
        return server;
    }

    /// <summary>Stops listening; what is stored stays.</summary>
    public async Task StopAsync()
    {
        await _application!.DisposeAsync();
        _application = null;
    }

    /// <summary>Listens, again on the same port.</summary>
    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, _port, endpoint =>
            {
                if (_options.Certificate is { } certificate)
                    endpoint.UseHttps(certificate);
            });
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        _application = builder.Build();
        _application.Run(HandleAsync);
        await _application.StartAsync();
        _port = new System.Uri(_application.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses
            .First()).Port;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_one)
        {
            _tracking.Clear();
            _artifacts.Files.Clear();
        }
        _requests.Clear();
    }

    /// <summary>Waits until requests that are carried out late have been.</summary>
    public async Task SettleAsync()
    {
        while (Volatile.Read(ref _underWay) > 0)
            await Task.Delay(1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
            await _application.DisposeAsync();
        _pool?.Dispose();
    }

    private static async Task SendAsync(HttpContext context, Answer answer, string? retryAfter = null)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.MediaType;
        context.Response.ContentLength = answer.Body.Length;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.Body.WriteAsync(answer.Body);
    }

    private async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _underWay);
        _open[context] = true;
        try
        {
            await AnswerAsync(context);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or BadHttpRequestException)
        {
            // The client has gone.
        }
        finally
        {
            _open.TryRemove(context, out _);
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string method = context.Request.Method;
        string path = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        _requests.Enqueue((method, path));
        _authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
        Fault? fault = Faults?.Invoke(method, path);
        if (fault?.Kind == FaultKind.ResetBefore)
        {
            context.Abort();
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, CancellationToken.None);
        switch (fault?.Kind)
        {
            case FaultKind.StatusBefore:
                await SendAsync(context, Failure(fault), fault.RetryAfter);
                return;
            case FaultKind.LoginPage:
                await SendAsync(context, Answer.Page(200, "Sign in", "Please sign in."));
                return;
            case FaultKind.Restart:
                foreach (HttpContext open in _open.Keys)
                    open.Abort();
                return;
            case FaultKind.DatabaseError:
                await SendAsync(context, DatabaseErrors.NoConnection);
                return;
        }
        byte[] content = body.ToArray();
        IReadOnlyList<string> rows = fault?.Kind is FaultKind.Late or FaultKind.SentTwice ? NewRows(path, content) : [];
        if (fault?.Kind == FaultKind.Late)
        {
            Begin(rows);
            await Task.Delay(fault.Delay);
            Commit(rows);
        }
        if (fault?.Kind == FaultKind.SentTwice)
        {
            await CarryAsync(context, method, path, content);
            Begin(rows);
        }
        Answer answer = await CarryAsync(context, method, path, content);
        if (fault?.Kind == FaultKind.SentTwice)
            Commit(rows);
        if (fault?.Kind == FaultKind.ResetAfter)
            context.Abort();
        else
            await SendAsync(context, fault?.Kind == FaultKind.StatusAfter ? Failure(fault) : answer, fault?.RetryAfter);
    }

    private static Answer Failure(Fault fault) => fault.IsPage
        ? Answer.Page(fault.Status, "Bad Gateway", "nginx")
        : Answer.Error(fault.Status, fault.Status == 429 ? "REQUEST_LIMIT_EXCEEDED" : "TEMPORARILY_UNAVAILABLE", "Told to fail.");

    private IReadOnlyList<string> NewRows(string path, byte[] body)
    {
        lock (_one)
            return path.EndsWith("runs/log-batch", StringComparison.Ordinal) || path.EndsWith("runs/log-inputs", StringComparison.Ordinal)
                ? _tracking.NewRows(Call.FromBody(body))
                : [];
    }

    private void Begin(IReadOnlyList<string> rows)
    {
        lock (_one)
            _tracking.Uncommitted.UnionWith(rows);
    }

    private void Commit(IReadOnlyList<string> rows)
    {
        lock (_one)
            _tracking.Uncommitted.ExceptWith(rows);
    }

    private async Task<Answer> CarryAsync(HttpContext context, string method, string path, byte[] body)
    {
        if (!await ConnectAsync())
            return DatabaseErrors.NoConnection;
        try
        {
            if (!await ConnectAsync())
                return DatabaseErrors.NoConnection;
            try
            {
                lock (_one)
                    return Carry(context, method, path, body);
            }
            finally
            {
                _pool?.Release();
            }
        }
        finally
        {
            _pool?.Release();
        }
    }

    /// <summary>Takes a connection to the database, and the time to use it; false where there is none.</summary>
    private async Task<bool> ConnectAsync()
    {
        if (_pool is null)
            return true;
        if (!await _pool.WaitAsync(_options.PoolTimeout))
        {
            Interlocked.Increment(ref _poolTimeouts);
            return false;
        }
        await Task.Delay(2);
        return true;
    }

    private Answer Carry(HttpContext context, string method, string path, byte[] body)
    {
        if (_options.AllowedHost is { } host && context.Request.Host.Value != host)
            return Answer.Text(403, "Invalid Host header - possible DNS rebinding attack detected", "text/plain");
        if (!IsAuthorized(context.Request.Headers.Authorization))
            return Answer.Text(
                401,
                "You are not authenticated. Please see https://www.mlflow.org/docs/latest/auth/index.html#authenticating-to-mlflow on how to authenticate.",
                "text/html; charset=utf-8");
        if (!path.StartsWith(_options.PathPrefix, StringComparison.Ordinal))
            return NotFound();
        path = path[_options.PathPrefix.Length..];
        try
        {
            return path switch
            {
                "/health" => Answer.Text(200, "OK"),
                "/version" => Answer.Text(200, _options.Version.ToString(3)),
                _ => _artifacts.Handle(method, path, context.Request.Query["path"], body) ?? Routed(context, method, path, body),
            };
        }
        catch (RefusedException refused)
        {
            return refused.Answer;
        }
    }

    private Answer Routed(HttpContext context, string method, string path, byte[] body)
    {
        if (!path.StartsWith(Api, StringComparison.Ordinal))
            return NotFound();
        string name = path[Api.Length..];
        Call call = method == "GET"
            ? new Call([.. context.Request.Query.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, JsonValue.Create(pair.Value.ToString())))])
            : Call.FromBody(body);
        // logged-models/m-… names its model in the path.
        if (name.StartsWith("logged-models/m-", StringComparison.Ordinal))
        {
            call.Fields["model_id"] = name.Split('/')[1];
            name = "logged-models/*";
        }
        if (!_routes.TryGetValue(name, out Dictionary<string, Func<Call, Answer>>? methods))
            return NotFound();
        if (!methods.TryGetValue(method, out Func<Call, Answer>? handle))
            return Answer.Page(405, "Method Not Allowed", "The method is not allowed for the requested URL.");
        if (method != "GET" && context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
            return Answer.Error(400, "INVALID_PARAMETER_VALUE", "Bad Request. Content-Type must be one of ['application/json'].");
        return handle(call);
    }

    private static Answer NotFound()
        => Answer.Page(
            404, "Not Found", "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.");

    private bool IsAuthorized(string? header)
    {
        if (_options.UserName is { } user)
            return header == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{_options.Password}"))}";
        return _options.Token is not { } token || header == $"Bearer {token}";
    }
}

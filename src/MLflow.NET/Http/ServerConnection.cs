using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLflow.Http;

/// <summary>Which requests may be sent again.</summary>
internal enum Repeatable
{
    /// <summary>Carrying it out twice is carrying it out once.</summary>
    Always,

    /// <summary>Only where the server surely has not carried it out.</summary>
    IfUnsent,

    Never,
}

/// <summary>Requests to one tracking server: address, identity, patience, and the meaning of what comes back.</summary>
internal sealed class ServerConnection : IDisposable
{
    private const int LongestErrorBody = 64 * 1024;

    // An upload is given a second more for so many bytes.
    private const double SlowestUpload = 256 * 1024;

    private static readonly MediaTypeHeaderValue JsonType = new("application/json");
    private static readonly ProductInfoHeaderValue Product = new("MLflow.NET", typeof(ServerConnection).Assembly.GetName().Version?.ToString(3));

    private readonly HttpClient _client;
    private readonly bool _ownsClient;
    private readonly TimeProvider _time;
    private readonly string _root;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly string[] _secrets;

    /// <param name="trackingUri">With or without a path before the API's and with or without user name and password.</param>
    /// <param name="client">The caller's own; null for one made here.</param>
    public ServerConnection(Uri trackingUri, MlflowServerOptions options, HttpClient? client, TimeProvider time)
    {
        string[] userInfo = [.. trackingUri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        (string? user, string? password) = userInfo[0].Length > 0 ? (userInfo[0], userInfo.ElementAtOrDefault(1)) : (options.UserName, options.Password);
        _authorization = Authorization(user, password, options.Token);
        _secrets = [.. new[] { password, options.Token, _authorization?.Parameter }.Where(secret => !string.IsNullOrEmpty(secret)).Cast<string>()];
        _root = trackingUri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        Host = trackingUri;
        Options = options;
        _ownsClient = client is null;
        _client = client ?? new HttpClient(TlsHandler.Create(options)) { Timeout = Timeout.InfiniteTimeSpan };
        _time = time;
    }

    public MlflowServerOptions Options { get; }

    /// <summary>The tracking URI; of use for host, port and scheme only.</summary>
    public Uri Host { get; }

    /// <summary>The server as a person may read it: its address, without credentials.</summary>
    public string Name => $"The tracking server at {_root}";

    /// <summary>Whether the server surely has not carried out the request that failed so.</summary>
    public static bool IsUnsent(MlflowException failure)
        => failure.StatusCode == (int)HttpStatusCode.TooManyRequests
            || failure.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    public Task<TAnswer> GetAsync<TAnswer>(string path, (string Key, string? Value)[] query, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken)
        => SendAsync(() => Request(HttpMethod.Get, path + Query(query), null), path, Repeatable.Always, Options.RequestTimeout, response => ReadAsync(response, path, answer, cancellationToken), cancellationToken);

    public Task<TAnswer> SendAsync<TRequest, TAnswer>(
        HttpMethod method,
        string path,
        TRequest body,
        JsonTypeInfo<TRequest> request,
        JsonTypeInfo<TAnswer> answer,
        Repeatable repeatable,
        CancellationToken cancellationToken)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(body, request);
        return SendAsync(
            () => Request(method, path, new ByteArrayContent(bytes) { Headers = { ContentType = JsonType } }),
            path,
            repeatable,
            Options.RequestTimeout,
            response => ReadAsync(response, path, answer, cancellationToken),
            cancellationToken);
    }

    /// <summary>A text; null where the server does not know the path.</summary>
    public async Task<string?> FindTextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(() => Request(HttpMethod.Get, path, null), path, Repeatable.Always, Options.RequestTimeout, response => response.Content.ReadAsStringAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (MlflowException exception) when (exception.ErrorCode == ErrorCodes.EndpointNotFound)
        {
            return null;
        }
    }

    /// <summary>Sends a stream from where it stands to its end. One that cannot be sought is sent once.</summary>
    public Task UploadAsync(string path, Stream content, string mediaType, CancellationToken cancellationToken)
    {
        long start = content.CanSeek ? content.Position : 0;
        TimeSpan timeout = Options.RequestTimeout + TimeSpan.FromSeconds(content.CanSeek ? (content.Length - start) / SlowestUpload : 0);
        return SendAsync(
            () =>
            {
                if (content.CanSeek)
                    content.Position = start;
                return Request(HttpMethod.Put, path, new UploadContent(content) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } });
            },
            path,
            content.CanSeek ? Repeatable.Always : Repeatable.Never,
            timeout,
            response => ReadAsync(response, path, MlflowJson.Wire.Nothing, cancellationToken),
            cancellationToken);
    }

    /// <summary>The body of an answer, as it arrives; the caller disposes it.</summary>
    public Task<Stream> DownloadAsync(string path, CancellationToken cancellationToken)
        => SendAsync<Stream>(
            () => Request(HttpMethod.Get, path, null),
            path,
            Repeatable.Always,
            Options.RequestTimeout,
            async response => new ResponseStream(response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false)),
            cancellationToken);

    /// <summary>Waits before another attempt; false where there is to be none.</summary>
    /// <param name="retry">Which retry it would be, from 1.</param>
    public async Task<bool> PauseAsync(int retry, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        if (RetryRules.Pause(Options, retry, retryAfter, Random.Shared.NextDouble()) is not { } pause)
            return false;
        await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public void Dispose()
    {
        if (_ownsClient)
            _client.Dispose();
    }

    private static AuthenticationHeaderValue? Authorization(string? user, string? password, string? token)
    {
        if (!string.IsNullOrEmpty(user) && password is not null)
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return string.IsNullOrEmpty(token) ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    private static string Query((string Key, string? Value)[] query)
    {
        string text = string.Join('&', query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}"));
        return text.Length == 0 ? "" : $"?{text}";
    }

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content)
    {
        // A full address is another server's, which has no business with the credentials of this one.
        bool isForeign = path.Contains("://", StringComparison.Ordinal);
        var request = new HttpRequestMessage(method, isForeign ? path : _root + path) { Content = content };
        request.Headers.UserAgent.Add(Product);
        request.Headers.Accept.ParseAdd("*/*");
        if (!isForeign)
            request.Headers.Authorization = _authorization;
        if (!isForeign && Options.Workspace is { } workspace)
            request.Headers.Add("X-MLFLOW-WORKSPACE", workspace);
        return request;
    }

    private async Task<T> SendAsync<T>(
        Func<HttpRequestMessage> request,
        string path,
        Repeatable repeatable,
        TimeSpan timeout,
        Func<HttpResponseMessage, Task<T>> read,
        CancellationToken cancellationToken)
    {
        for (int retry = 1; ; retry++)
        {
            MlflowException failure;
            try
            {
                return await AttemptAsync(request, path, timeout, read, cancellationToken).ConfigureAwait(false);
            }
            catch (MlflowException exception)
            {
                failure = exception;
            }
            bool again = failure.IsTransient && repeatable switch
            {
                Repeatable.Always => true,
                Repeatable.IfUnsent => IsUnsent(failure),
                _ => false,
            };
            if (!again || !await PauseAsync(retry, failure.RetryAfter, cancellationToken).ConfigureAwait(false))
                throw failure;
        }
    }

    private async Task<T> AttemptAsync<T>(
        Func<HttpRequestMessage> make,
        string path,
        TimeSpan timeout,
        Func<HttpResponseMessage, Task<T>> read,
        CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        using HttpRequestMessage request = make();
        HttpResponseMessage? response = null;
        bool handedOver = false;
        try
        {
            response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw await FailureAsync(response, request, deadline.Token).ConfigureAwait(false);
            // A body that stalls is a request that stalls.
            T result = await read(response).WaitAsync(deadline.Token).ConfigureAwait(false);
            handedOver = result is ResponseStream;
            return result;
        }
        catch (Exception exception) when (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new MlflowException(
                ErrorCodes.DeadlineExceeded,
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name} did not answer {request.Method} {path} within {timeout.TotalSeconds:0.###} s."),
                exception) { IsTransient = true };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Unreachable(exception);
        }
        finally
        {
            if (!handedOver)
                response?.Dispose();
        }
    }

    private MlflowException Unreachable(Exception exception)
    {
        if (exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
            return new MlflowException(
                ErrorCodes.Unauthenticated,
                $"{Name} has no certificate that is trusted here: {Redacted((exception.InnerException ?? exception).Message)} MLFLOW_TRACKING_SERVER_CERT_PATH names a certificate to trust.",
                exception);
        return new MlflowException(ErrorCodes.TemporarilyUnavailable, $"{Name} cannot be reached: {Redacted(exception.Message)}", exception) { IsTransient = true };
    }

    private async Task<MlflowException> FailureAsync(HttpResponseMessage response, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = await BeginningAsync(response.Content, cancellationToken).ConfigureAwait(false);
        if (response.Headers.Location is { } location)
            body = location.ToString();
        return ServerErrors.Translate(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType ?? "",
            Redacted(body),
            Name,
            $"{request.Method} {request.RequestUri!.AbsolutePath}",
            RetryAfter(response));
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > _time.GetUtcNow() ? date - _time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        string call = $"{response.RequestMessage?.Method} {path}";
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (response.Content.Headers.ContentType?.MediaType is { } media && media.Contains("html", StringComparison.OrdinalIgnoreCase))
            throw ServerErrors.NotJson(Name, call);
        try
        {
            ReadOnlySpan<byte> json = body.Length == 0 ? "{}"u8 : body;
            return JsonSerializer.Deserialize(json, type) ?? throw ServerErrors.NotJson(Name, call);
        }
        catch (JsonException exception)
        {
            throw ServerErrors.NotJson(Name, call, exception);
        }
    }

    private string Redacted(string text)
    {
        foreach (string secret in _secrets)
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        return text;
    }

    private static async Task<string> BeginningAsync(HttpContent content, CancellationToken cancellationToken)
    {
        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] buffer = new byte[LongestErrorBody];
            int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }
}

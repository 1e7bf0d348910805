using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLflow.Http;

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
    private readonly RequestPipeline _pipeline;
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
        _pipeline = new RequestPipeline(options, time);
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
        => GetAsync(path, query, answer, Repeatable.Always, cancellationToken);

    public Task<TAnswer> GetAsync<TAnswer>(
        string path, (string Key, string? Value)[] query, JsonTypeInfo<TAnswer> answer, Repeatable repeatable, CancellationToken cancellationToken)
        => SendAsync(
            () => Request(HttpMethod.Get, path + Query(query), null), path, repeatable, Options.RequestTimeout,
            response => ReadAsync(response, path, answer, cancellationToken), cancellationToken);

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
            return await SendAsync(
                () => Request(HttpMethod.Get, path, null), path, Repeatable.Always, Options.RequestTimeout,
                response => response.Content.ReadAsStringAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
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

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
        => SendAsync(
            () => Request(HttpMethod.Delete, path, null),
            path,
            Repeatable.Always,
            Options.RequestTimeout,
            response => ReadAsync(response, path, MlflowJson.Wire.Nothing, cancellationToken),
            cancellationToken);

    /// <summary>The body of an answer, as it arrives; the caller disposes it.</summary>
    public Task<Stream> DownloadAsync(string path, CancellationToken cancellationToken)
        => SendAsync<Stream>(
            () => Request(HttpMethod.Get, path, null),
            path,
            Repeatable.Always,
            Options.RequestTimeout,
            async response => new ResponseStream(response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false)),
            cancellationToken);

    /// <summary>Does something that needs several requests until it succeeds, fails for good, or has been tried often enough.</summary>
    /// <param name="work">Given how many times it has failed before. Its requests are <see cref="Repeatable.Never"/>: it is repeated as a whole.</param>
    public Task<T> RepeatAsync<T>(Func<int, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
        => _pipeline.RepeatAsync(work, Repeatable.Always, cancellationToken);

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

    private Task<T> SendAsync<T>(
        Func<HttpRequestMessage> request,
        string path,
        Repeatable repeatable,
        TimeSpan timeout,
        Func<HttpResponseMessage, Task<T>> read,
        CancellationToken cancellationToken)
        => _pipeline.RepeatAsync((_, token) => AttemptAsync(request, path, timeout, read, token), repeatable, cancellationToken);

    private async Task<T> AttemptAsync<T>(
        Func<HttpRequestMessage> make,
        string path,
        TimeSpan timeout,
        Func<HttpResponseMessage, Task<T>> read,
        CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = make();
        return await _pipeline.AttemptAsync(
            token => AttemptAsync(request, read, token), timeout, $"{Name} did not answer {request.Method} {path}", cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> AttemptAsync<T>(HttpRequestMessage request, Func<HttpResponseMessage, Task<T>> read, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        bool handedOver = false;
        try
        {
            response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw await FailureAsync(response, request, cancellationToken).ConfigureAwait(false);
            // A body that stalls is a request that stalls.
            T result = await read(response).WaitAsync(cancellationToken).ConfigureAwait(false);
            handedOver = result is ResponseStream;
            return result;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A client of the caller's own has a time-out of its own.
            throw new MlflowException(ErrorCodes.DeadlineExceeded, $"{Name} did not answer {request.Method} {request.RequestUri!.AbsolutePath} within the "
                + "time-out of the HttpClient.", exception) { IsTransient = true };
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
                $"{Name} has no certificate that is trusted here: {Redacted((exception.InnerException ?? exception).Message)} "
                    + "MLFLOW_TRACKING_SERVER_CERT_PATH names a certificate to trust.",
                exception);
        return new MlflowException(ErrorCodes.TemporarilyUnavailable, $"{Name} cannot be reached: {Redacted(exception.Message)}", exception)
        {
            IsTransient = true,
        };
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

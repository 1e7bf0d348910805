using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLflow.Http;

/// <summary>What an answer that is no success means. Servers answer in JSON, proxies and older servers in HTML or plain text.</summary>
internal static partial class ServerErrors
{
    private const int LongestMessage = 2000;
    private const int LongestQuotation = 300;

    /// <param name="server">The server as a person knows it.</param>
    /// <param name="call">Method and path.</param>
    public static MlflowException Translate(HttpStatusCode status, string mediaType, string body, string server, string call, TimeSpan? retryAfter)
    {
        (string Code, string Message)? said = FromJson(mediaType, body);
        (string code, string message) = said ?? FromText(status, Quotation(mediaType, body), server, call);
        // Servers before 3.11 take an artifact that is not there for a failure of theirs.
        bool isMissing = status == HttpStatusCode.InternalServerError
            && call.StartsWith("GET ", StringComparison.Ordinal)
            && call.Contains("/mlflow-artifacts/", StringComparison.Ordinal)
            && body.Contains("No such file or directory", StringComparison.Ordinal);
        if (isMissing)
            code = ErrorCodes.ResourceDoesNotExist;
        // Servers answer so to every error of their database but those of its connection: a row that another request is writing at the same time, a pool
        // without a free connection. None says anything of the request, and what follows an equal request passes.
        bool isDatabase = status == HttpStatusCode.BadRequest && said?.Code == ErrorCodes.BadRequest;
        if (isDatabase)
            message = $"{server} had an error in its database while it carried out {call}: {message}";
        return new MlflowException(code.Length > 0 ? code : CodeOf(status), message)
        {
            StatusCode = (int)status,
            IsTransient = isDatabase || (!isMissing && RetryRules.IsTransient(status, retryAfter is not null)),
            RetryAfter = retryAfter,
        };
    }

    /// <summary>A success that is a page for people: a login page, or another program than MLflow.</summary>
    public static MlflowException NotJson(string server, string call, Exception? cause = null)
        => new(
            ErrorCodes.EndpointNotFound,
            $"{server} answers {call} with something other than JSON: either it is no MLflow server, or a login page stands before it.",
            cause);

    private static (string Code, string Message)? FromJson(string mediaType, string body)
    {
        if (mediaType.Contains("html", StringComparison.OrdinalIgnoreCase) || !body.AsSpan().TrimStart().StartsWith("{"))
            return null;
        try
        {
            WireError? error = JsonSerializer.Deserialize(body, MlflowJson.Wire.WireError);
            return error is { ErrorCode: not null } or { Message: not null }
                ? (error.ErrorCode ?? "", Line(error.Message ?? error.ErrorCode!, LongestMessage))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (string Code, string Message) FromText(HttpStatusCode status, string quotation, string server, string call)
    {
        string said = quotation.Length > 0 ? $" ('{quotation}')" : "";
        string message = (int)status switch
        {
            401 => $"{server} asks for other credentials{said}. Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.",
            403 when quotation.Contains("Invalid Host header", StringComparison.OrdinalIgnoreCase) =>
                $"{server} does not answer to this host name{said}. Start it with '--allowed-hosts' and the host name, or use one that it knows.",
            403 => $"{server} does not allow {call}{said}.",
            404 or 405 => $"{server} does not know {call}{said}: it is older than this call, or the tracking URI is not MLflow's.",
            413 => $"{server} does not take a request as large as this one{said}.",
            >= 300 and < 400 => $"{server} redirects to another address{said}; use that one as the tracking URI.",
            _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{server} answers {call} with status {(int)status}{said}."),
        };
        return (CodeOf(status), message);
    }

    private static string CodeOf(HttpStatusCode status) => (int)status switch
    {
        401 => ErrorCodes.Unauthenticated,
        403 => ErrorCodes.PermissionDenied,
        404 or 405 or (>= 300 and < 400) => ErrorCodes.EndpointNotFound,
        408 or 504 => ErrorCodes.DeadlineExceeded,
        429 => ErrorCodes.RequestLimitExceeded,
        501 => ErrorCodes.NotImplemented,
        502 or 503 => ErrorCodes.TemporarilyUnavailable,
        >= 500 => ErrorCodes.InternalError,
        _ => ErrorCodes.BadRequest,
    };

    /// <summary>What a text or page says, in one line; a page's title stands for the page.</summary>
    private static string Quotation(string mediaType, string body)
    {
        bool isPage = mediaType.Contains("html", StringComparison.OrdinalIgnoreCase) || body.AsSpan().TrimStart().StartsWith("<");
        string text = body;
        if (isPage)
            text = Title().Match(body) is { Success: true } title ? title.Groups[1].Value : Markup().Replace(body, " ");
        return Line(text, LongestQuotation);
    }

    private static string Line(string text, int longest)
    {
        string line = Space().Replace(text, " ").Trim();
        return line.Length <= longest ? line : string.Concat(line.AsSpan(0, longest), "…");
    }

    [GeneratedRegex("<title>(.*?)</title>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Title();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}

using System.Text;
using System.Text.Json.Nodes;

namespace MLflow.TestServer;

/// <summary>What a server sends back.</summary>
internal sealed record Answer(int Status, string MediaType, byte[] Body)
{
    public static Answer Json(JsonObject body) => new(200, "application/json", Encoding.UTF8.GetBytes(body.ToJsonString()));

    public static Answer Empty() => Json([]);

    public static Answer Text(int status, string text, string mediaType = "text/html; charset=utf-8") => new(status, mediaType, Encoding.UTF8.GetBytes(text));

    public static Answer Page(int status, string title, string text)
        => Text(status, $"<!doctype html>\n<html lang=en>\n<title>{status} {title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n");

    public static Answer Error(int status, string code, string message)
        => new(status, "application/json", Encoding.UTF8.GetBytes(new JsonObject { ["error_code"] = code, ["message"] = message }.ToJsonString()));
}

/// <summary>A request that is refused.</summary>
internal sealed class RefusedException(int status, string code, string message) : Exception(message)
{
    public Answer Answer { get; } = Answer.Error(status, code, message);

    public static RefusedException Invalid(string message) => new(400, "INVALID_PARAMETER_VALUE", message);

    public static RefusedException MissingValue(string parameter)
        => Invalid($"Missing value for required parameter '{parameter}'. See the API docs for more information about request parameters.");

    public static RefusedException NotThere(string message) => new(404, "RESOURCE_DOES_NOT_EXIST", message);
}

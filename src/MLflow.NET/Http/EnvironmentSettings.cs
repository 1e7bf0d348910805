using System.Globalization;

namespace MLflow.Http;

/// <summary>MLflow's environment variables and credentials file.</summary>
internal static class EnvironmentSettings
{
    /// <param name="variable">Name → value, null where it is not set.</param>
    /// <param name="home">The folder that may hold <c>.mlflow/credentials</c>.</param>
    public static MlflowServerOptions Read(Func<string, string?> variable, string home)
    {
        var defaults = new MlflowServerOptions();
        IReadOnlyDictionary<string, string> file = CredentialsFile(Path.Combine(home, ".mlflow", "credentials"));
        string? insecure = Text("MLFLOW_TRACKING_INSECURE_TLS"), trusted = Text("MLFLOW_TRACKING_SERVER_CERT_PATH");
        var options = new MlflowServerOptions
        {
            UserName = Text("MLFLOW_TRACKING_USERNAME") ?? file.GetValueOrDefault("mlflow_tracking_username"),
            Password = Text("MLFLOW_TRACKING_PASSWORD") ?? file.GetValueOrDefault("mlflow_tracking_password"),
            Token = Text("MLFLOW_TRACKING_TOKEN"),
            InsecureTls = insecure is not null && Truth("MLFLOW_TRACKING_INSECURE_TLS", insecure),
            ServerCertificatePath = trusted,
            ClientCertificatePath = Text("MLFLOW_TRACKING_CLIENT_CERT_PATH"),
            RequestTimeout = TimeSpan.FromSeconds(Number("MLFLOW_HTTP_REQUEST_TIMEOUT", defaults.RequestTimeout.TotalSeconds)),
            MaxRetries = (int)Number("MLFLOW_HTTP_REQUEST_MAX_RETRIES", defaults.MaxRetries),
            BackoffFactor = Number("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", defaults.BackoffFactor),
            BackoffJitter = Number("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", defaults.BackoffJitter),
            RespectRetryAfter = Text("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER") is not { } respect || Truth("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER", respect),
            Workspace = Text("MLFLOW_WORKSPACE"),
        };
        return options is { InsecureTls: true, ServerCertificatePath: not null }
            ? throw MlflowException.Invalid("The 'MLFLOW_TRACKING_INSECURE_TLS' and 'MLFLOW_TRACKING_SERVER_CERT_PATH' environment variables are both set - "
                + "only one of these environment variables may be set.")
            : options;

        string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;

        double Number(string name, double otherwise)
        {
            if (Text(name) is not { } text)
                return otherwise;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= int.MaxValue
                ? number
                : throw MlflowException.Invalid($"The environment variable {name} has the value '{text}', which is not a number that it can have.");
        }
    }

    private static bool Truth(string name, string text) => text.ToLowerInvariant() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw MlflowException.Invalid($"The environment variable {name} has the value '{text}', which is neither true nor false."),
    };

    /// <summary>The section <c>[mlflow]</c> of the file; empty where there is none that can be read.</summary>
    private static Dictionary<string, string> CredentialsFile(string path)
    {
        var entries = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string[] lines;
        try
        {
            lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return entries;
        }
        bool inside = false;
        foreach (string line in lines.Select(line => line.Trim()))
        {
            int separator = line.AsSpan().IndexOfAny('=', ':');
            if (line.StartsWith('['))
                inside = line == "[mlflow]";
            else if (inside && separator > 0 && line[0] is not ('#' or ';'))
                entries[line[..separator].TrimEnd()] = line[(separator + 1)..].TrimStart();
        }
        return entries;
    }
}

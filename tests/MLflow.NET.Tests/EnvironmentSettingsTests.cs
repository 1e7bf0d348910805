using MLflow.Http;
using Xunit;

namespace MLflow.Tests;

public sealed class EnvironmentSettingsTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("mlflow-home-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Without_variables_the_defaults_are_the_official_clients()
    {
        MlflowServerOptions options = Read([]);
        Assert.Equal(
            (null, null, null, false, TimeSpan.FromSeconds(120), 7, 2.0, 1.0, true),
            (
                options.UserName, options.Password, options.Token, options.InsecureTls, options.RequestTimeout, options.MaxRetries, options.BackoffFactor,
                options.BackoffJitter, options.RespectRetryAfter));
    }

    [Fact]
    public void Every_variable_is_read()
    {
        MlflowServerOptions options = Read(new()
        {
            ["MLFLOW_TRACKING_USERNAME"] = "ada",
            ["MLFLOW_TRACKING_PASSWORD"] = "p",
            ["MLFLOW_TRACKING_TOKEN"] = "t",
            ["MLFLOW_TRACKING_INSECURE_TLS"] = "TRUE",
            ["MLFLOW_TRACKING_CLIENT_CERT_PATH"] = "/own.pem",
            ["MLFLOW_HTTP_REQUEST_TIMEOUT"] = "3.5",
            ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "2",
            ["MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR"] = "0.5",
            ["MLFLOW_HTTP_REQUEST_BACKOFF_JITTER"] = "0",
            ["MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER"] = "false",
            ["MLFLOW_WORKSPACE"] = "lab",
        });
        Assert.Equal(
            new MlflowServerOptions
            {
                UserName = "ada",
                Password = "p",
                Token = "t",
                InsecureTls = true,
                ClientCertificatePath = "/own.pem",
                RequestTimeout = TimeSpan.FromSeconds(3.5),
                MaxRetries = 2,
                BackoffFactor = 0.5,
                BackoffJitter = 0,
                RespectRetryAfter = false,
                Workspace = "lab",
            },
            options);
    }

    [Fact]
    public void The_credentials_file_fills_in_what_variables_leave_out()
    {
        Directory.CreateDirectory(Path.Combine(_home, ".mlflow"));
        File.WriteAllText(
            Path.Combine(_home, ".mlflow", "credentials"),
            "[other]\nmlflow_tracking_username = no\n[mlflow]\n# a note\nmlflow_tracking_username = ada\nmlflow_tracking_password=s=ecret\n");

        Assert.Equal(("ada", "s=ecret"), (Read([]).UserName, Read([]).Password));
        Assert.Equal(("bob", "s=ecret"), (Read(new() { ["MLFLOW_TRACKING_USERNAME"] = "bob" }).UserName, Read([]).Password));
    }

    [Theory]
    [InlineData("MLFLOW_TRACKING_INSECURE_TLS", "yes")]
    [InlineData("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "many")]
    [InlineData("MLFLOW_HTTP_REQUEST_TIMEOUT", "-1")]
    public void A_value_that_cannot_be_is_named_with_its_variable(string variable, string value)
        => Assert.Contains(
            $"{variable} has the value '{value}'", Assert.Throws<MlflowException>(() => Read(new() { [variable] = value })).Message, StringComparison.Ordinal);

    [Fact]
    public void No_verification_and_a_certificate_to_verify_with_exclude_each_other()
        => Assert.Equal(
            "The 'MLFLOW_TRACKING_INSECURE_TLS' and 'MLFLOW_TRACKING_SERVER_CERT_PATH' environment variables are both set - only one of these environment "
                + "variables may be set.",
            Assert.Throws<MlflowException>(() =>
                Read(new() { ["MLFLOW_TRACKING_INSECURE_TLS"] = "1", ["MLFLOW_TRACKING_SERVER_CERT_PATH"] = "/ca.pem" })).Message);

    [Fact]
    public void Secrets_are_not_in_the_text_of_the_options()
    {
        string text = new MlflowServerOptions { UserName = "ada", Password = "s3cret", Token = "t0ken" }.ToString();
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", text, StringComparison.Ordinal);
    }

    private MlflowServerOptions Read(Dictionary<string, string> variables) => EnvironmentSettings.Read(variables.GetValueOrDefault, _home);
}

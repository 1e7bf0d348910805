using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MLflow.Http;
using MLflow.TestServer;
using Xunit;

namespace MLflow.Tests;

/// <summary>What four real servers were recorded to answer: all of it is understood.</summary>
public sealed partial class RecordedAnswersTests
{
    public static TheoryData<string> Servers => ["2.22", "3.1", "3.7", "3.11.1"];

    [Theory]
    [MemberData(nameof(Servers))]
    public void Every_refusal_keeps_its_code_and_message(string server)
    {
        int refusals = 0;
        foreach (RecordedAnswer answer in Read(server)
            .Where(answer => answer.Status >= 400 && answer.MediaType == "application/json" && answer.Body.EndsWith('}')))
        {
            JsonElement recorded = JsonDocument.Parse(answer.Body).RootElement;
            MlflowException exception = Translate(answer);
            Assert.Equal((answer.Status, false), ((int)exception.StatusCode!, exception.Message.Contains('\n', StringComparison.Ordinal)));
            Assert.Equal(Space().Replace(recorded.GetProperty("message").GetString()!, " ").Trim(), exception.Message);
            if (answer.Label != "proxy missing")
                Assert.Equal(recorded.GetProperty("error_code").GetString(), exception.ErrorCode);
            refusals++;
        }
        Assert.InRange(refusals, 25, 60);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public void Pages_and_a_missing_artifact_are_understood(string server)
    {
        RecordedAnswer[] answers = Read(server);
        Assert.All(answers.Where(answer => answer.MediaType.StartsWith("text/html", StringComparison.Ordinal) && answer.Status >= 400), answer =>
        {
            MlflowException exception = Translate(answer);
            Assert.Equal((ErrorCodes.EndpointNotFound, false), (exception.ErrorCode, exception.IsTransient));
            Assert.DoesNotContain('<', exception.Message);
        });
        MlflowException missing = Translate(answers.Single(answer => answer.Label == "proxy missing"), "GET /api/2.0/mlflow-artifacts/artifacts/1/x");
        Assert.Equal((ErrorCodes.ResourceDoesNotExist, false), (missing.ErrorCode, missing.IsTransient));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public void Runs_experiments_histories_and_listings_are_read(string server)
    {
        RecordedAnswer[] answers = Read(server);
        Run run = WireMapping.ToRun(Parsed(answers, "start_time as string", MlflowJson.Wire.RunAnswer).Run!);
        Assert.Matches("^[0-9a-f]{32}$", run.Info.RunId);
        Assert.Equal(
            (RunStatus.Running, "", DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000), null),
            (run.Info.Status, run.Info.UserId, run.Info.StartTime, run.Info.EndTime));
        Assert.Equal(run.Info.RunName, run.Tag(MlflowTags.RunName));
        Assert.Empty(run.Inputs);

        SearchExperimentsAnswer experiments = JsonSerializer.Deserialize(
            answers.Single(answer => answer.Label.EndsWith("experiments/search", StringComparison.Ordinal)).Body, MlflowJson.Wire.SearchExperimentsAnswer)!;
        Assert.NotEmpty(WireMapping.ToExperiment(experiments.Experiments![0]).Name);
        Assert.NotEmpty(experiments.NextPageToken!);

        Assert.Empty(Parsed(answers, "unknown metric history", MlflowJson.Wire.MetricHistoryAnswer).Metrics ?? []);
        ArtifactsAnswer listing = Parsed(answers, "proxy list", MlflowJson.Wire.ArtifactsAnswer);
        Assert.Equal(
            [new ArtifactFile("d", true, null), new ArtifactFile("empty.txt", false, 0), new ArtifactFile("images", true, null)],
            ProxiedArtifacts.Files(listing, ""));
    }

    [Fact]
    public void Metrics_that_are_no_plain_numbers_are_read()
    {
        string[] points = [.. PointPattern().Matches(Read("3.11.1").Single(answer => answer.Label == "get run").Body).Select(match => match.Value)];
        Dictionary<string, Metric> metrics = points
            .Select(
                point => WireMapping.ToMetric(JsonSerializer.Deserialize($$"""{"metrics":[{{point}}]}""", MlflowJson.Wire.MetricHistoryAnswer)!.Metrics![0]))
            .ToDictionary(metric => metric.Key);

        Assert.Equal(double.NaN, metrics["nan"].Value);
        Assert.Equal((double.PositiveInfinity, double.NegativeInfinity), (metrics["inf"].Value, metrics["ninf"].Value));
        Assert.Equal((1.7e308, -3), (metrics["big"].Value, metrics["negstep"].Step));
        Assert.Equal(new Metric("strint", 1, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_001), 7), metrics["strint"]);
        MetricHistoryAnswer strings = JsonSerializer.Deserialize(
            """{"metrics":[{"key":"m","value":"-Infinity","timestamp":"1700000000001","step":"-3"},{"key":"gap"}]}""", MlflowJson.Wire.MetricHistoryAnswer)!;
        Assert.Equal(
            new Metric("m", double.NegativeInfinity, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_001), -3),
            WireMapping.ToMetric(strings.Metrics![0]));
        Assert.Equal(new Metric("gap", 0, DateTimeOffset.UnixEpoch), WireMapping.ToMetric(strings.Metrics[1]));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_test_server_refuses_what_the_real_one_refuses(string version)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using ServerFixture fixture = await ServerFixture.StartAsync(new TestServerOptions { Version = System.Version.Parse(version) });
        string id = await fixture.NewRunAsync();
        Dictionary<string, RecordedAnswer> recorded = Read(version).GroupBy(answer => answer.Label).ToDictionary(group => group.Key, group => group.First());
        using var client = new HttpClient();
        string metrics(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"key":"bm","value":{{i}},"timestamp":1,"step":{{i}}}"""));
        (string Label, string Path, string Body)[] requests =
        [
            ("empty name", "experiments/create", """{"name":""}"""),
            ("int name", "experiments/create", """{"name":5}"""),
            ("search without max_results", "experiments/search", "{}"),
            ("search 50001", "experiments/search", """{"max_results":50001}"""),
            ("name mismatch", "runs/create", """{"experiment_id":"1","run_name":"a","tags":[{"key":"mlflow.runName","value":"b"}]}"""),
            ("int experiment_id", "runs/create", """{"experiment_id":1}"""),
            ("bare NaN", "runs/log-metric", $$"""{"run_id":"{{id}}","key":"m","value":NaN,"timestamp":1700000000000,"step":3}"""),
            ("negative ts", "runs/log-metric", $$"""{"run_id":"{{id}}","key":"negts","value":1.0,"timestamp":-1}"""),
            ("no ts", "runs/log-metric", $$"""{"run_id":"{{id}}","key":"m","value":1.0}"""),
            ("no value", "runs/log-metric", $$"""{"run_id":"{{id}}","key":"m","timestamp":1}"""),
            ("fractional step", "runs/log-metric", $$"""{"run_id":"{{id}}","key":"frac","value":1.0,"timestamp":1,"step":1.5}"""),
            ("1000 metrics", "runs/log-batch", $$"""{"run_id":"{{id}}","metrics":[{{metrics(1000)}}]}"""),
            ("1001 metrics", "runs/log-batch", $$"""{"run_id":"{{id}}","metrics":[{{metrics(1001)}}]}"""),
            ("1000+1 tag", "runs/log-batch", $$"""{"run_id":"{{id}}","metrics":[{{metrics(1000)}}],"tags":[{"key":"t","value":"v"}]}"""),
            ("dup param keys", "runs/log-batch", $$"""{"run_id":"{{id}}","params":[{"key":"dup","value":"1"},{"key":"dup","value":"1"}]}"""),
            ("bad status", "runs/update", $$"""{"run_id":"{{id}}","status":"BOGUS"}"""),
            ("bad filter", "runs/search", """{"experiment_ids":["1"],"filter":"bogus"}"""),
        ];
        foreach ((string label, string path, string body) in requests)
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await client.PostAsync(new Uri($"{fixture.Server.Uri}/api/2.0/mlflow/{path}"), content, cancellation);
            Assert.Equal((label, recorded[label].Status), (label, (int)response.StatusCode));
            if (recorded[label].Status >= 400)
                Assert.Equal(Message(recorded[label].Body), Message(await response.Content.ReadAsStringAsync(cancellation)));
        }
        Assert.Equal(new StoredPoint("m", 0, 0, 0), fixture.Server.Runs[id].Points[0]);
        Assert.Equal("RUNNING", fixture.Server.Runs[id].Status);
        string history = await client.GetStringAsync(
            new Uri($"{fixture.Server.Uri}/api/2.0/mlflow/metrics/get-history?run_id={id}&metric_key=frac"), cancellation);
        // Labelled so by whoever recorded it: a history that names no maximum.
        Assert.Equal(recorded["dm history"].Body.Contains("metrics", StringComparison.Ordinal), history.Contains("metrics", StringComparison.Ordinal));
        Assert.Equal(
            recorded["dm history"].Body.Contains("next_page_token", StringComparison.Ordinal), history.Contains("next_page_token", StringComparison.Ordinal));

        static string? Message(string body) => JsonDocument.Parse(body).RootElement.GetProperty("message").GetString();
    }

    [Theory]
    [InlineData(404, "application/json", """{"detail":"Not Found"}""", ErrorCodes.EndpointNotFound, "does not know POST /call ('{\"detail\":\"Not Found\"}')")]
    [InlineData(302, "text/html", "https://login.example/", ErrorCodes.EndpointNotFound, "redirects to another address ('https://login.example/')")]
    [InlineData(
        413, "text/html", "<html><head><title>413 Request Entity Too Large</title></head></html>", ErrorCodes.BadRequest,
        "does not take a request as large as this one ('413 Request Entity Too Large')")]
    [InlineData(503, "text/plain", "", ErrorCodes.TemporarilyUnavailable, "answers POST /call with status 503.")]
    [InlineData(418, "application/json", """{"error_code":"TEAPOT","message":"two\nlines","sqlstate":"X"}""", "TEAPOT", "two lines")]
    [InlineData(429, "application/json", "{ cut", ErrorCodes.RequestLimitExceeded, "answers POST /call with status 429 ('{ cut').")]
    public void Answers_of_proxies_and_newer_servers_are_understood(int status, string media, string body, string code, string message)
    {
        MlflowException exception = ServerErrors.Translate((HttpStatusCode)status, media, body, "The tracking server at http://s", "POST /call", null);
        Assert.Equal((code, status), (exception.ErrorCode, exception.StatusCode));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    private static T Parsed<T>(RecordedAnswer[] answers, string label, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        => JsonSerializer.Deserialize(answers.Single(answer => answer.Label == label).Body, type)!;

    private static MlflowException Translate(RecordedAnswer answer, string call = "POST /api/2.0/mlflow/call")
        => ServerErrors.Translate((HttpStatusCode)answer.Status, answer.MediaType, answer.Body, "The tracking server at http://s", call, null);

    private static RecordedAnswer[] Read(string server)
    {
        using Stream stream = typeof(RecordedAnswersTests).Assembly.GetManifestResourceStream($"server-answers-{server}.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Select(line => LinePattern().Match(line)).Where(match => match.Success).Select(match => new RecordedAnswer(
            match.Groups["label"].Value,
            int.Parse(match.Groups["status"].Value, System.Globalization.CultureInfo.InvariantCulture),
            match.Groups["media"].Value.Split(';')[0],
            Unquoted(match.Groups["body"].Value)))];
    }

    // Texts that are no JSON were written down as Python writes a string.
    private static string Unquoted(string body) => body.StartsWith('\'') ? body[1..^1].Replace("\\n", "\n", StringComparison.Ordinal) : body;

    private sealed record RecordedAnswer(string Label, int Status, string MediaType, string Body);

    [GeneratedRegex(@"^\[(?<status>\d+)\] (?<label>.*?) -> (?<body>.*)  \((?<media>[^()]*)\)$")]
    private static partial Regex LinePattern();

    [GeneratedRegex("""\{"key": "[^"]*", "value": [^{}]*?"step": -?\d+\}""")]
    private static partial Regex PointPattern();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}

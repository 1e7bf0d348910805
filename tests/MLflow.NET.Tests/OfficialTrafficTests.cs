using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Xunit;

namespace MLflow.Tests;

/// <summary>
/// The official client's exchanges with a real server, replayed: where this client does the same it sends the same, and it
/// understands the server's answers.
/// </summary>
public sealed class OfficialTrafficTests
{
    private const string Sweep = "db88c6cc14474c97a720342f1e4d3274";
    private const string Cell = "dee1e27940524b9598a16a48419ca56f";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_work_makes_the_same_requests()
    {
        using var recorded = new RecordedServer();
        using var http = new HttpClient(recorded);
        await using var client = MlflowClient.Open("http://127.0.0.1:5055", new MlflowClientOptions { HttpClient = http, Server = ServerFixture.Impatient });

        Experiment experiment = await client.GetOrCreateExperimentAsync("golden", Cancellation);
        RunTag[] origin = [new("mlflow.user", "root"), new("mlflow.source.name", "/srv/mlflow/x"), new("mlflow.source.type", "LOCAL")];
        Run sweep = await client.CreateRunAsync(
            new RunCreation(experiment.ExperimentId) { UserId = "root", RunName = "sweep", StartTime = Milliseconds(1795323611577), Tags =
            [
                .. origin, new("mlflow.note.content", "# note"), new("mlflow.runName", "sweep"),
            ] }, Cancellation);
        await client.LogBatchAsync(sweep.Info.RunId, parameters: [new Param("solver", "heun"), new Param("steps", "18")], cancellationToken: Cancellation);
        await client.LogBatchAsync(
            sweep.Info.RunId,
            [new Metric("a", 1, Milliseconds(1795323612107), 2), new Metric("b/c", 2.5, Milliseconds(1795323612107), 2)],
            cancellationToken: Cancellation);
        Run cell = await client.CreateRunAsync(
            new RunCreation(experiment.ExperimentId) { UserId = "root", RunName = "cell-1", StartTime = Milliseconds(1795323612170), Tags =
            [
                .. origin, new("mlflow.parentRunId", sweep.Info.RunId), new("mlflow.runName", "cell-1"),
            ] }, Cancellation);
        await client.SetTagAsync(cell.Info.RunId, "mlflow.loggedImages", "True", Cancellation);
        foreach (string path in (string[])[
            "static.png",
            "images/samples~grid+step+3+timestamp+1795323612354+86b61096-6ea6-4e68-abff-8daa75375fcf.png",
            "images/samples~grid+step+3+timestamp+1795323612354+86b61096-6ea6-4e68-abff-8daa75375fcf+compressed.webp",
            "tables/cmp.json",
            "notes/a.txt"])
            await client.LogTextAsync(cell.Info.RunId, path, "x", Cancellation);
        await client.LogInputsAsync(
            cell.Info.RunId,
            [new DatasetInput(
                new Dataset(
                    "toy", "c092323f", "code", """{"tags": {"mlflow.user": "root", "mlflow.source.name": "/srv/mlflow/x", "mlflow.source.type": "LOCAL"}}""",
                    Profile: """{"num_rows": 2, "num_elements": 2}"""),
                [new InputTag("mlflow.data.context", "train")])],
            Cancellation);
        await client.SetTerminatedAsync(cell.Info.RunId, endTime: Milliseconds(1795323613333), cancellationToken: Cancellation);
        await client.SetTerminatedAsync(sweep.Info.RunId, endTime: Milliseconds(1795323613684), cancellationToken: Cancellation);

        Assert.Equal((Sweep, Cell), (sweep.Info.RunId, cell.Info.RunId));
        Assert.Equal(14, recorded.Answered);
        Metric nan = Assert.Single(await client.GetMetricHistoryAsync(Sweep, "nan", Cancellation));
        Assert.Equal(new Metric("nan", double.NaN, Milliseconds(1795323611891)), nan);
    }

    [Fact]
    public async Task Runs_as_a_real_server_describes_them_are_read()
    {
        using var recorded = new RecordedServer();
        using var http = new HttpClient(recorded);
        await using var client = MlflowClient.Open("http://127.0.0.1:5055/", new MlflowClientOptions { HttpClient = http, Server = ServerFixture.Impatient });
        Run sweep = await client.GetRunAsync(Sweep, Cancellation), cell = await client.GetRunAsync(Cell, Cancellation);

        Assert.Equal([3.5, double.NaN, double.PositiveInfinity, 1, 2.5], sweep.Metrics.Select(metric => metric.Value));
        Assert.Equal([new Param("solver", "heun"), new Param("steps", "18")], sweep.Params);
        Assert.Equal(Sweep, cell.Tag(MlflowTags.ParentRunId));
        DatasetInput input = Assert.Single(cell.Inputs);
        Assert.Equal(
            ("toy", "c092323f", "code", "train"), (input.Dataset.Name, input.Dataset.Digest, input.Dataset.SourceType, Assert.Single(input.Tags).Value));
    }

    private static DateTimeOffset Milliseconds(long value) => DateTimeOffset.FromUnixTimeMilliseconds(value);

    /// <summary>Answers what was recorded for a request that means the same, and nothing else.</summary>
    private sealed class RecordedServer : HttpMessageHandler
    {
        private readonly List<JsonElement> _exchanges = ReadExchanges();

        public int Answered { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string call = Call(request.Method.Method, request.RequestUri!.AbsoluteUri);
            string media = request.Content?.Headers.ContentType?.MediaType ?? "";
            string body = media == "application/json" ? Meaning(await request.Content!.ReadAsStringAsync(cancellationToken)) : "";
            // A run grows while it is described, so the last description counts; of an experiment looked for, the first answer, that there is none.
            IEnumerable<JsonElement> fitting = _exchanges.Where(exchange => Matches(exchange, call, media, body));
            JsonElement exchange = call.Contains("runs/get", StringComparison.Ordinal) ? fitting.LastOrDefault() : fitting.FirstOrDefault();
            Assert.True(exchange.ValueKind == JsonValueKind.Object, $"The official client sent nothing like this: {call} {media} {body}");
            Answered += media.Length > 0 ? 1 : 0;
            return new HttpResponseMessage((HttpStatusCode)exchange.GetProperty("status").GetInt32())
            {
                Content = new StringContent(exchange.GetProperty("response").GetString()!, Encoding.UTF8, "application/json"),
                RequestMessage = request,
            };
        }

        private static bool Matches(JsonElement exchange, string call, string media, string body)
        {
            if (Call(exchange.GetProperty("method").GetString()!, exchange.GetProperty("url").GetString()!) != call)
                return false;
            string sent = exchange.GetProperty("body").GetString() ?? "";
            string sentMedia = exchange.GetProperty("headers").TryGetProperty("Content-Type", out JsonElement type) ? type.GetString()! : "";
            return sentMedia == media && (media != "application/json" || Meaning(sent) == body);
        }

        /// <summary>Method, path and query without the outdated names the official client repeats.</summary>
        private static string Call(string method, string url)
        {
            var uri = new Uri(url);
            System.Collections.Specialized.NameValueCollection query = HttpUtility.ParseQueryString(uri.Query);
            query.Remove("run_uuid");
            IEnumerable<string> parameters = query.AllKeys.Order(StringComparer.Ordinal).Select(key => $"{key}={query[key]}");
            return $"{method} {Uri.UnescapeDataString(uri.AbsolutePath)}?{string.Join('&', parameters)}";
        }

        /// <summary>A message without what the official client repeats, its fields in order.</summary>
        private static string Meaning(string body)
        {
            JsonObject message = JsonNode.Parse(body)!.AsObject();
            message.Remove("run_uuid");
            foreach (JsonNode? metric in message["metrics"] as JsonArray ?? [])
                metric!.AsObject().Remove("run_id");
            return Ordered(message).ToJsonString();
        }

        private static JsonNode Ordered(JsonNode node) => node switch
        {
            JsonObject fields => new JsonObject(fields.OrderBy(field => field.Key, StringComparer.Ordinal)
                .Select(field => KeyValuePair.Create(field.Key, field.Value is null ? null : (JsonNode?)Ordered(field.Value)))),
            JsonArray items => new JsonArray([.. items.Select(item => Ordered(item!))]),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => JsonValue.Create(value.GetValue<double>()),
            _ => node.DeepClone(),
        };

        private static List<JsonElement> ReadExchanges()
        {
            using Stream stream = typeof(OfficialTrafficTests).Assembly.GetManifestResourceStream("official-client-traffic.jsonl")!;
            using var reader = new StreamReader(stream);
            return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Clone())];
        }
    }
}

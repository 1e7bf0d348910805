using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MLflow.TestServer;

/// <summary>Logged models, which servers have from 3.0 on, and the model registry.</summary>
internal sealed partial class ModelApi(TestServerOptions options, TrackingApi tracking)
{
    private static readonly SearchValues<char> RefusedCharacters = SearchValues.Create("/:.%\"'");

    private readonly Dictionary<string, JsonObject> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<JsonObject>> _registered = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string Alias), string> _aliases = [];

    public IEnumerable<string> States => _models.Values.Select(model => model["info"]!["status"]!.GetValue<string>());

    public IEnumerable<(string Method, string Path, Func<Call, Answer> Handle)> Routes()
    {
        (string, string, Func<Call, Answer>)[] registry =
        [
            ("POST", "registered-models/create", Register),
            ("GET", "registered-models/get", call => Answer.Json(new JsonObject { ["registered_model"] = new JsonObject { ["name"] = Known(call) } })),
            ("POST", "registered-models/alias", SetAlias),
            ("GET", "registered-models/alias", FindAlias),
            ("DELETE", "registered-models/alias", DeleteAlias),
            ("POST", "model-versions/create", CreateVersion),
            ("GET", "model-versions/get", call => Answer.Json(
                new JsonObject { ["model_version"] = Version(Known(call), call.Required("version")).DeepClone() })),
            ("GET", "model-versions/get-download-uri", call => Answer.Json(
                new JsonObject { ["artifact_uri"] = Version(Known(call), call.Required("version"))["source"]!.GetValue<string>() })),
        ];
        (string, string, Func<Call, Answer>)[] models =
        [
            ("POST", "logged-models", CreateModel),
            ("PATCH", "logged-models/*", FinishModel),
            ("GET", "logged-models/*", call => Answer.Json(new JsonObject { ["model"] = Model(call).DeepClone() })),
            ("POST", "runs/outputs", call => tracking.Write(
                call, run => run.ModelOutputs.AddRange(call.Items("models").Select(model => model.Required("model_id"))))),
        ];
        return options.Version.Major >= 3 ? registry.Concat(models) : registry;
    }

    private JsonObject Model(Call call) => _models.TryGetValue(call.Required("model_id"), out JsonObject? model)
        ? model
        : throw RefusedException.NotThere($"Logged model with ID '{call.Text("model_id")}' not found.");

    private Answer CreateModel(Call call)
    {
        string experiment = call.Required("experiment_id"), name = call.Required("name"), id = $"m-{Guid.NewGuid():N}";
        if (name.AsSpan().ContainsAny(RefusedCharacters))
            throw RefusedException.Invalid($"Invalid model name ({name}) provided. Model name must be a non-empty string and cannot contain the following "
                + "characters: ('/', ':', '.', '%', '\"', \"'\")");
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var info = new JsonObject
        {
            ["model_id"] = id,
            ["experiment_id"] = experiment,
            ["name"] = name,
            ["creation_timestamp_ms"] = now,
            ["last_updated_timestamp_ms"] = now,
            ["artifact_uri"] = $"{tracking.Experiments[experiment].ArtifactLocation}/models/{id}/artifacts",
            ["status"] = "LOGGED_MODEL_PENDING",
            ["model_type"] = call.Text("model_type") ?? "",
            ["source_run_id"] = call.Text("source_run_id") ?? "",
            ["tags"] = call.Fields["tags"]?.DeepClone() ?? new JsonArray(),
        };
        var model = new JsonObject { ["info"] = info, ["data"] = new JsonObject { ["params"] = call.Fields["params"]?.DeepClone() ?? new JsonArray() } };
        _models.Add(id, model);
        return Answer.Json(new JsonObject { ["model"] = model.DeepClone() });
    }

    private Answer FinishModel(Call call)
    {
        JsonObject model = Model(call);
        model["info"]!["status"] = call.Required("status");
        return Answer.Json(new JsonObject { ["model"] = model.DeepClone() });
    }

    private Answer Register(Call call)
    {
        string name = call.Required("name");
        if (name.Contains(':', StringComparison.Ordinal) || (options.Version >= new Version(3, 11) && name.Contains('/', StringComparison.Ordinal)))
            throw RefusedException.Invalid($"Invalid model name '{name}'. Names cannot contain '/' or ':'.");
        if (!_registered.TryAdd(name, []))
            throw new RefusedException(400, "RESOURCE_ALREADY_EXISTS", $"Registered Model (name={name}) already exists.");
        return Answer.Json(new JsonObject { ["registered_model"] = new JsonObject { ["name"] = name } });
    }

    private string Known(Call call)
    {
        string name = call.Required("name");
        return _registered.ContainsKey(name) ? name : throw RefusedException.NotThere($"Registered Model with name={name} not found");
    }

    private JsonObject Version(string name, string version)
        => _registered[name].Find(known => known["version"]!.GetValue<string>() == version)
            ?? throw RefusedException.NotThere($"Model Version (name={name}, version={version}) not found");

    private Answer CreateVersion(Call call)
    {
        string name = Known(call), source = call.Required("source");
        if (!Source().IsMatch(source))
            throw RefusedException.Invalid($"Invalid model version source: '{source}'. To use a local path as a model version source, "
                + "the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified "
                + "by the run_id.");
        string number = (_registered[name].Count + 1).ToString(CultureInfo.InvariantCulture);
        var version = new JsonObject
        {
            ["name"] = name,
            ["version"] = number,
            ["current_stage"] = "None",
            ["description"] = call.Text("description") ?? "",
            ["source"] = source,
            ["run_id"] = call.Text("run_id") ?? "",
            ["status"] = "READY",
            ["run_link"] = "",
        };
        _registered[name].Add(version);
        return Answer.Json(new JsonObject { ["model_version"] = version.DeepClone() });
    }

    private Answer SetAlias(Call call)
    {
        string name = Known(call), alias = call.Required("alias"), version = call.Required("version");
        if (ReservedAlias().IsMatch(alias))
            throw RefusedException.Invalid($"Version alias name '{alias}' is reserved.");
        Version(name, version);
        _aliases[(name, alias)] = version;
        return Answer.Empty();
    }

    private Answer FindAlias(Call call)
    {
        string name = Known(call), alias = call.Required("alias");
        return _aliases.TryGetValue((name, alias), out string? version)
            ? Answer.Json(new JsonObject { ["model_version"] = Version(name, version).DeepClone() })
            : throw RefusedException.Invalid($"Registered model alias {alias} not found.");
    }

    private Answer DeleteAlias(Call call)
    {
        _aliases.Remove((Known(call), call.Required("alias")));
        return Answer.Empty();
    }

    [GeneratedRegex("^(models:/|runs:/|mlflow-artifacts:/)")]
    private static partial Regex Source();

    [GeneratedRegex(@"^(v\d+|latest)$")]
    private static partial Regex ReservedAlias();
}

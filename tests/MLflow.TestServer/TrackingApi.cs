using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MLflow.TestServer;

/// <summary>Experiments and runs as a real server keeps them.</summary>
internal sealed partial class TrackingApi(TestServerOptions options)
{
    private const int MostMetrics = 1000;
    private const int MostParams = 100;
    private const int MostTags = 100;

    private readonly HashSet<string> _datasets = new(StringComparer.Ordinal);

    public Dictionary<string, StoredExperiment> Experiments { get; } = new(StringComparer.Ordinal) { ["0"] = new StoredExperiment("0", "Default") };

    public Dictionary<string, StoredRun> Runs { get; } = new(StringComparer.Ordinal);

    /// <summary>Rows that a request has begun to write and not committed: <see cref="NewRows"/> of a request that is under way.</summary>
    public HashSet<string> Uncommitted { get; } = new(StringComparer.Ordinal);

    public void Clear()
    {
        Runs.Clear();
        _datasets.Clear();
        foreach (string id in Experiments.Keys.Where(id => id != "0").ToArray())
            Experiments.Remove(id);
    }

    public IEnumerable<(string Method, string Path, Func<Call, Answer> Handle)> Routes() =>
    [
        ("POST", "experiments/create", CreateExperiment),
        ("GET", "experiments/get", call => Answer.Json(new JsonObject { ["experiment"] = Describe(Experiment(call.Id("experiment_id", true) ?? "")) })),
        ("GET", "experiments/get-by-name", ExperimentByName),
        ("POST", "experiments/search", SearchExperiments),
        ("POST", "experiments/set-experiment-tag", SetExperimentTag),
        ("POST", "experiments/delete", call => SetDeleted(call, true)),
        ("POST", "experiments/restore", call => SetDeleted(call, false)),
        ("POST", "experiments/update", RenameExperiment),
        ("POST", "runs/create", CreateRun),
        ("GET", "runs/get", call => Answer.Json(new JsonObject { ["run"] = Describe(Run(call)) })),
        ("POST", "runs/update", UpdateRun),
        ("POST", "runs/delete", call => SetDeleted(Run(call), true)),
        ("POST", "runs/restore", call => SetDeleted(Run(call), false)),
        ("POST", "runs/search", SearchRuns),
        ("POST", "runs/log-batch", LogBatch),
        ("POST", "runs/log-metric", call => Write(call, run => run.Add(Checked(call.Point())))),
        ("POST", "runs/log-parameter", call => Write(call, run => AddParams(run, [(call.Required("key"), call.Text("value") ?? "")]))),
        ("POST", "runs/set-tag", call => Write(call, run => SetTag(run, call.Required("key"), call.Text("value") ?? ""))),
        ("POST", "runs/delete-tag", call => Write(call, run => DeleteTag(run, call.Required("key")))),
        ("POST", "runs/log-inputs", LogInputs),
        ("GET", "metrics/get-history", History),
    ];

    public StoredRun Run(Call call)
    {
        string id = call.Text("run_id") ?? call.Text("run_uuid") ?? throw RefusedException.MissingValue("run_id");
        return Runs.TryGetValue(id, out StoredRun? run) ? run : throw RefusedException.NotThere($"Run with id={id} not found");
    }

    public Answer Write(Call call, Action<StoredRun> write)
    {
        StoredRun run = Run(call);
        if (run.IsDeleted)
            throw RefusedException.Invalid($"The run {run.Id} must be in the 'active' state. Current state is deleted.");
        write(run);
        return Answer.Empty();
    }

    private Answer SetDeleted(Call call, bool isDeleted)
    {
        StoredExperiment experiment = Experiment(call.Required("experiment_id"));
        if (experiment.IsDeleted == isDeleted)
            throw RefusedException.NotThere($"No Experiment with id={experiment.Id} exists");
        experiment.IsDeleted = isDeleted;
        foreach (StoredRun run in Runs.Values.Where(run => run.ExperimentId == experiment.Id))
            run.IsDeleted = isDeleted;
        return Answer.Empty();
    }

    private Answer RenameExperiment(Call call)
    {
        StoredExperiment experiment = Experiment(call.Required("experiment_id"));
        string name = call.Required("new_name");
        if (experiment.IsDeleted)
            throw new RefusedException(500, "INVALID_STATE", "Cannot rename a non-active experiment.");
        if (Experiments.Values.Any(known => known != experiment && known.Name == name))
            throw DatabaseErrors.SameName(name);
        experiment.Name = name;
        return Answer.Empty();
    }

    private static Answer SetDeleted(StoredRun run, bool isDeleted)
    {
        run.IsDeleted = isDeleted;
        return Answer.Empty();
    }

    private static string ParamRow(StoredRun run, string key) => $"params {run.Id} {key}";

    private static string DatasetRow(StoredRun run, Call dataset) => $"datasets {run.ExperimentId} {dataset.Text("name")} {dataset.Text("digest")}";

    private static IEnumerable<Call> Datasets(Call call) => call.Items("datasets").Select(input => new Call(input.Fields["dataset"] as JsonObject ?? []));

    /// <summary>The rows of tables without duplicates that a request to log a batch or inputs would add.</summary>
    public IReadOnlyList<string> NewRows(Call call)
    {
        if (!Runs.TryGetValue(call.Text("run_id") ?? "", out StoredRun? run))
            return [];
        IEnumerable<string> parameters = call.Items("params").Select(param => param.Text("key") ?? "").Where(key => !run.Params.ContainsKey(key))
            .Select(key => ParamRow(run, key));
        return [.. parameters.Concat(Datasets(call).Select(dataset => DatasetRow(run, dataset)).Where(row => !_datasets.Contains(row)))];
    }

    private StoredPoint Checked(StoredPoint point)
    {
        CheckKey(point.Key, "Metric name");
        return point;
    }

    private void CheckKey(string key, string kind) => KeyChecks.Check(key, kind, options.IsOnWindows);

    private void SetTag(StoredRun run, string key, string value)
    {
        CheckKey(key, "Tag key");
        run.Tags[key] = value[..Math.Min(value.Length, 8000)];
        if (key == "mlflow.runName")
            run.Name = value;
    }

    private static void DeleteTag(StoredRun run, string key)
    {
        if (!run.Tags.Remove(key))
            throw RefusedException.NotThere($"No tag with name: {key} in run with id {run.Id}");
    }

    private void AddParams(StoredRun run, IReadOnlyList<(string Key, string Value)> parameters)
    {
        foreach ((string key, _) in parameters)
            CheckKey(key, "Param key");
        (string Key, string Value)[] cut = [.. parameters.Select(param => (param.Key, param.Value[..Math.Min(param.Value.Length, 6000)]))];
        string[] changed = [.. cut.Where(param => run.Params.TryGetValue(param.Key, out string? old) && old != param.Value)
            .Select(param => $"{{'key': '{param.Key}', 'old_value': '{run.Params[param.Key]}', 'new_value': '{param.Value}'}}")];
        if (cut.FirstOrDefault(param => Uncommitted.Contains(ParamRow(run, param.Key))) is { Key: { } raced })
            throw DatabaseErrors.SameParams(run.Id, raced);
        if (changed.Length > 0)
            throw RefusedException.Invalid(
                $"Changing param values is not allowed. Params were already logged='[{string.Join(", ", changed)}]' for run ID='{run.Id}'.");
        foreach ((string key, string value) in cut)
            run.Params[key] = value;
    }

    private static JsonArray Tags(IEnumerable<KeyValuePair<string, string>> tags)
        => [.. tags.Select(tag => tag.Value.Length == 0 ? new JsonObject { ["key"] = tag.Key } : new JsonObject { ["key"] = tag.Key, ["value"] = tag.Value })];

    private static JsonObject Describe(StoredPoint point) => new()
    {
        ["key"] = point.Key,
        ["value"] = double.IsNaN(point.Value) ? "NaN" : point.Value,
        ["timestamp"] = point.Timestamp,
        ["step"] = point.Step,
    };

    private static JsonObject Describe(StoredExperiment experiment)
    {
        var described = new JsonObject
        {
            ["experiment_id"] = experiment.Id,
            ["name"] = experiment.Name,
            ["artifact_location"] = experiment.ArtifactLocation,
            ["lifecycle_stage"] = experiment.IsDeleted ? "deleted" : "active",
            ["last_update_time"] = experiment.Created,
            ["creation_time"] = experiment.Created,
        };
        if (experiment.Tags.Count > 0)
            described["tags"] = Tags(experiment.Tags);
        return described;
    }

    private static JsonObject Info(StoredRun run)
    {
        var info = new JsonObject
        {
            ["run_uuid"] = run.Id,
            ["experiment_id"] = run.ExperimentId,
            ["run_name"] = run.Name,
            ["user_id"] = run.UserId,
            ["status"] = run.Status,
            ["start_time"] = run.StartTime,
            ["artifact_uri"] = run.ArtifactUri,
            ["lifecycle_stage"] = run.IsDeleted ? "deleted" : "active",
            ["run_id"] = run.Id,
        };
        if (run.EndTime is { } end)
            info["end_time"] = end;
        return info;
    }

    private static JsonObject Describe(StoredRun run)
    {
        var data = new JsonObject();
        if (run.Points.Count > 0)
            data["metrics"] = new JsonArray([.. run.Latest().Select(Describe)]);
        if (run.Params.Count > 0)
            data["params"] = Tags(run.Params);
        if (run.Tags.Count > 0)
            data["tags"] = Tags(run.Tags);
        var inputs = new JsonObject();
        if (run.Inputs.Count > 0)
            inputs["dataset_inputs"] = new JsonArray([.. run.Inputs.Values.Select(input => input.DeepClone())]);
        if (run.ModelInputs.Count > 0)
            inputs["model_inputs"] = new JsonArray([.. run.ModelInputs.Select(id => new JsonObject { ["model_id"] = id })]);
        var outputs = new JsonObject();
        if (run.ModelOutputs.Count > 0)
            outputs["model_outputs"] = new JsonArray([.. run.ModelOutputs.Select(id => new JsonObject { ["model_id"] = id })]);
        return new JsonObject { ["info"] = Info(run), ["data"] = data, ["inputs"] = inputs, ["outputs"] = outputs };
    }

    private static (int Offset, string? Next, int Count) Page(int total, int size, string? token)
    {
        int offset = token is null ? 0 : JsonNode.Parse(Convert.FromBase64String(token))!["offset"]!.GetValue<int>();
        int count = Math.Clamp(total - offset, 0, size);
        // A page of nothing is what makes a server go on for ever.
        bool more = size == 0 || offset + count < total;
        return (offset, more ? Convert.ToBase64String(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{{\"offset\": {offset + count}}}"))) : null, count);
    }

    private int PageSize(Call call, int otherwise, string requiredMessage)
    {
        long size = call.Integer("max_results") ?? otherwise;
        if (size <= 0)
            throw RefusedException.Invalid(requiredMessage);
        if (size > 50000)
            throw RefusedException.Invalid(FormattableString.Invariant($"Invalid value {size} for parameter 'max_results' supplied. It must be at most 50000"));
        return (int)Math.Min(size, options.LargestPage);
    }

    private StoredExperiment Experiment(string id)
        => Experiments.TryGetValue(id, out StoredExperiment? experiment) ? experiment : throw RefusedException.NotThere($"No Experiment with id={id} exists");

    private Answer CreateExperiment(Call call)
    {
        string name = call.Id("name", false) is { Length: > 0 } text ? text : throw RefusedException.MissingValue("name");
        if (name.Length > 500)
            throw RefusedException.Invalid("'name' exceeds the maximum length of 500 characters");
        if (Experiments.Values.Any(known => known.Name == name))
            throw new RefusedException(
                400,
                "RESOURCE_ALREADY_EXISTS",
                $"Experiment(name={name}) already exists. Error: (sqlite3.IntegrityError) UNIQUE constraint failed: experiments.name");
        string id = Experiments.Count.ToString(CultureInfo.InvariantCulture);
        var experiment = new StoredExperiment(id, name)
        {
            Created = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            ArtifactLocation = call.Text("artifact_location") ?? (options.ArtifactRoot is { } root ? $"{root}/{id}" : $"mlflow-artifacts:/{id}"),
        };
        foreach (Call tag in call.Items("tags"))
            experiment.Tags[tag.Required("key")] = tag.Text("value") ?? "";
        Experiments.Add(id, experiment);
        return Answer.Json(new JsonObject { ["experiment_id"] = id });
    }

    private Answer ExperimentByName(Call call)
    {
        string name = call.Required("experiment_name");
        StoredExperiment found = Experiments.Values.FirstOrDefault(known => known.Name == name)
            ?? throw RefusedException.NotThere($"Could not find experiment with name '{name}'");
        return Answer.Json(new JsonObject { ["experiment"] = Describe(found) });
    }

    private Answer SearchExperiments(Call call)
    {
        int size = PageSize(call, 0, "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer");
        StoredExperiment[] found = [.. Experiments.Values.Where(experiment => Matches(call.Text("view_type"), experiment.IsDeleted))];
        (int offset, string? next, int count) = Page(found.Length, size, call.Text("page_token"));
        var answer = new JsonObject { ["experiments"] = new JsonArray([.. found.Skip(offset).Take(count).Select(Describe)]) };
        if (next is not null)
            answer["next_page_token"] = next;
        return Answer.Json(answer);
    }

    private Answer SetExperimentTag(Call call)
    {
        string key = call.Required("key");
        CheckKey(key, "Tag key");
        Experiment(call.Required("experiment_id")).Tags[key] = call.Text("value") ?? "";
        return Answer.Empty();
    }

    private Answer CreateRun(Call call)
    {
        StoredExperiment experiment = Experiment(call.Id("experiment_id", options.Version < new Version(3, 11)) ?? throw new RefusedException(
            400, "BAD_REQUEST", "(raised as a result of Query-invoked autoflush; consider using a session.no_autoflush block if this flush is occurring "
                + "prematurely)\n(sqlite3.IntegrityError) FOREIGN KEY constraint failed"));
        if (experiment.IsDeleted)
            throw RefusedException.Invalid($"The experiment {experiment.Id} must be in the 'active' state. Current state is deleted.");
        (string Key, string Value)[] tags = [.. call.Items("tags").Select(tag => (tag.Required("key"), tag.Text("value") ?? ""))];
        string? tagged = tags.Where(tag => tag.Key == "mlflow.runName").Select(tag => tag.Value).FirstOrDefault(), named = call.Text("run_name");
        if (named is not null && tagged is not null && named != tagged)
            throw RefusedException.Invalid(
                $"Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='{named}', mlflow.runName='{tagged}').");
        string id = Guid.NewGuid().ToString("N");
        var run = new StoredRun(id, experiment.Id)
        {
            UserId = call.Text("user_id") ?? "",
            StartTime = call.Integer("start_time") ?? 0,
            ArtifactUri = $"{experiment.ArtifactLocation}/{id}/artifacts",
        };
        foreach ((string key, string value) in tags)
            SetTag(run, key, value);
        SetTag(run, "mlflow.runName", named ?? tagged ?? $"salty-mole-{Runs.Count}");
        Runs.Add(id, run);
        return Answer.Json(new JsonObject { ["run"] = Describe(run) });
    }

    private Answer UpdateRun(Call call)
    {
        StoredRun run = Run(call);
        Write(call, _ => { });
        // A status that a server does not know is no error.
        if (call.Text("status") is "RUNNING" or "SCHEDULED" or "FINISHED" or "FAILED" or "KILLED")
            run.Status = call.Text("status")!;
        run.EndTime = call.Integer("end_time") ?? run.EndTime;
        if (call.Text("run_name") is { Length: > 0 } name)
            SetTag(run, "mlflow.runName", name);
        return Answer.Json(new JsonObject { ["run_info"] = Info(run) });
    }

    private Answer LogBatch(Call call) => Write(call, run =>
    {
        Call[] metrics = [.. call.Items("metrics")], parameters = [.. call.Items("params")], tags = [.. call.Items("tags")];
        CheckCount(metrics.Length, MostMetrics, "metrics");
        CheckCount(parameters.Length, MostParams, "params");
        CheckCount(tags.Length, MostTags, "tags");
        CheckCount(metrics.Length + parameters.Length + tags.Length, MostMetrics, "metrics, params, and tags");
        StoredPoint[] points = [.. metrics.Select(metric => Checked(metric.Point()))];
        (string Key, string Value)[] pairs = [.. parameters.Select(param => (param.Required("key"), param.Text("value") ?? ""))];
        string[] twice = [.. pairs.GroupBy(pair => pair.Key).Where(group => group.Count() > 1).Select(group => $"'{group.Key}'")];
        if (twice.Length > 0)
            throw RefusedException.Invalid($"Duplicate parameter keys have been submitted: [{string.Join(", ", twice)}]. "
                + "Please ensure the request contains only one param value per param key.");
        AddParams(run, pairs);
        foreach (StoredPoint point in points)
            run.Add(point);
        foreach (Call tag in tags)
            SetTag(run, tag.Required("key"), tag.Text("value") ?? "");

        static void CheckCount(int count, int most, string what)
        {
            if (count > most)
                throw RefusedException.Invalid(FormattableString.Invariant($"A batch logging request can contain at most {most} {what}. Got {count} {what}. ")
                    + FormattableString.Invariant($"Please split up {what} across multiple requests and try again."));
        }
    });

    private Answer LogInputs(Call call) => Write(call, run =>
    {
        foreach (Call dataset in Datasets(call))
        {
            if (Uncommitted.Contains(DatasetRow(run, dataset)))
                throw DatabaseErrors.SameDataset(run.ExperimentId, dataset.Text("name") ?? "", dataset.Text("digest") ?? "");
        }
        foreach (Call input in call.Items("datasets"))
        {
            var dataset = new Call(input.Fields["dataset"] as JsonObject ?? throw RefusedException.MissingValue("dataset"));
            if (dataset.Required("digest").Length > 36)
                throw RefusedException.Invalid("'digest' exceeds the maximum length of 36 characters");
            _datasets.Add(DatasetRow(run, dataset));
            run.Inputs.TryAdd($"{dataset.Required("name")} {dataset.Required("digest")}", (JsonObject)input.Fields.DeepClone());
        }
        foreach (Call model in call.Items("models"))
            run.ModelInputs.Add(model.Required("model_id"));
    });

    private Answer SearchRuns(Call call)
    {
        int size = PageSize(call, 1000, "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer");
        HashSet<string> experiments = [.. call.Texts("experiment_ids")];
        IEnumerable<StoredRun> found = Runs.Values
            .Where(run => experiments.Contains(run.ExperimentId) && Matches(call.Text("run_view_type"), run.IsDeleted))
            .OrderByDescending(run => run.StartTime).ThenBy(run => run.Id, StringComparer.Ordinal);
        foreach (Func<StoredRun, bool> condition in Conditions(call.Text("filter")))
            found = found.Where(condition);
        StoredRun[] all = [.. found];
        (int offset, string? next, int count) = Page(all.Length, size, call.Text("page_token"));
        var answer = new JsonObject();
        if (count > 0)
            answer["runs"] = new JsonArray([.. all.Skip(offset).Take(count).Select(Describe)]);
        if (next is not null)
            answer["next_page_token"] = next;
        return Answer.Json(answer);
    }

    private Answer History(Call call)
    {
        StoredRun run = Run(call);
        string key = call.Required("metric_key");
        StoredPoint[] points = [.. run.Points.Where(point => point.Key == key).OrderBy(point => point.Timestamp).ThenBy(point => point.Step)];
        bool pagesByItself = options.Version < new Version(3, 7);
        int size = (int)(call.Integer("max_results") ?? (pagesByItself ? int.MaxValue : 0));
        (int offset, string? next, int count) = points.Length == 0
            ? (0, null, 0)
            : Page(points.Length, Math.Min(size, options.LargestPage), call.Text("page_token"));
        var answer = new JsonObject();
        if (count > 0)
            answer["metrics"] = new JsonArray([.. points.Skip(offset).Take(count).Select(Describe)]);
        if (next is not null)
            answer["next_page_token"] = next;
        return Answer.Json(answer);
    }

    private static bool Matches(string? view, bool isDeleted) => view switch
    {
        "ALL" => true,
        "DELETED_ONLY" => isDeleted,
        _ => !isDeleted,
    };

    /// <summary>Conditions joined by AND: tags and parameters by equality, metrics by comparison with a number.</summary>
    private static IEnumerable<Func<StoredRun, bool>> Conditions(string? filter)
    {
        if (string.IsNullOrWhiteSpace(filter))
            yield break;
        string rest = filter;
        while (rest.Length > 0)
        {
            Match match = Condition().Match(rest);
            if (!match.Success)
                throw RefusedException.Invalid($"Invalid clause(s) in filter string: '{filter}'");
            string entity = match.Groups["entity"].Value,
                key = match.Groups["key"].Value.Trim('`', '"'),
                comparison = match.Groups["comparison"].Value,
                value = match.Groups["value"].Value;
            yield return entity switch
            {
                "tags" => run => run.Tags.GetValueOrDefault(key) == value[1..^1],
                "params" => run => run.Params.GetValueOrDefault(key) == value[1..^1],
                _ => run => run.Latest().Any(point => point.Key == key && Holds(point.Value, comparison, double.Parse(value, CultureInfo.InvariantCulture))),
            };
            rest = rest[match.Length..];
        }

        static bool Holds(double left, string comparison, double right) => comparison switch
        {
            "=" => left == right,
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            ">=" => left >= right,
            _ => left != right,
        };
    }

    [GeneratedRegex(
        """^\s*(?:AND\s+)?(?<entity>tags|params|metrics)\.(?<key>`[^`]+`|"[^"]+"|[\w./]+)\s*(?<comparison>=|!=|<=?|>=?)\s*"""
            + """(?<value>'[^']*'|"[^"]*"|[-+.\deE]+)\s*""")]
    private static partial Regex Condition();
}

using System.Globalization;

namespace MLflow.Rules;

/// <summary>What MLflow's servers demand of each entity, checked before anything is sent or written.</summary>
internal static class EntityRules
{
    public static void Check(in Metric metric)
    {
        KeyRules.Check(metric.Key, "Metric name");
        long timestamp = metric.Timestamp.ToUnixTimeMilliseconds();
        if (timestamp < 0)
            throw MlflowException.Invalid(string.Create(
                CultureInfo.InvariantCulture,
                $"Invalid value {timestamp} for parameter 'timestamp' supplied: metric '{metric.Key}' (value={PythonNumber.Write(metric.Value)}). "
                    + $"Timestamp must be a nonnegative long (64-bit integer) "));
    }

    public static void Check(in Param param)
    {
        KeyRules.Check(param.Key, "Param key");
        CheckLength("Param value", Limits.ParamValueLength, param.Value);
    }

    public static void Check(in RunTag tag)
    {
        KeyRules.Check(tag.Key, "Tag key");
        CheckLength("Tag value", Limits.TagValueLength, tag.Value);
    }

    public static void Check(in ExperimentTag tag)
    {
        KeyRules.Check(tag.Key, "Tag key");
        CheckLength("Tag value", Limits.ExperimentTagValueLength, tag.Value);
    }

    public static void Check(DatasetInput input)
    {
        Dataset dataset = input.Dataset;
        CheckPresent("name", dataset.Name);
        CheckPresent("digest", dataset.Digest);
        CheckPresent("source_type", dataset.SourceType);
        CheckPresent("source", dataset.Source);
        CheckLength("name", Limits.DatasetNameLength, dataset.Name);
        CheckLength("digest", Limits.DatasetDigestLength, dataset.Digest);
        CheckLength("source", Limits.DatasetSourceLength, dataset.Source);
        CheckLength("schema", Limits.DatasetSchemaLength, dataset.Schema);
        CheckLength("profile", Limits.DatasetProfileLength, dataset.Profile);
        foreach (InputTag tag in input.Tags)
        {
            CheckPresent("key", tag.Key);
            CheckLength("key", Limits.InputTagKeyLength, tag.Key);
            CheckLength("value", Limits.InputTagValueLength, tag.Value);
        }
    }

    public static void CheckExperimentName(string name)
    {
        CheckPresent("name", name);
        CheckLength("name", Limits.ExperimentNameLength, name);
    }

    public static void Check(RunCreation creation)
    {
        foreach (RunTag tag in creation.Tags)
            Check(tag);
        RunTag? named = Find(creation.Tags, MlflowTags.RunName);
        if (creation.RunName is not null)
            Check(new RunTag(MlflowTags.RunName, creation.RunName));
        if (creation.RunName is not null && named is { } tagged && tagged.Value != creation.RunName)
            throw MlflowException.Invalid("Both 'run_name' argument and 'mlflow.runName' tag are specified, "
                + $"but with different values (run_name='{creation.RunName}', mlflow.runName='{tagged.Value}').");
        if (creation.UniqueTag is { } unique && Find(creation.Tags, unique) is null)
            throw MlflowException.Invalid($"The unique tag '{unique}' is not among the tags of the run to create.");
    }

    public static void CheckUnique(IReadOnlyList<Param> parameters)
    {
        var seen = new HashSet<string>(parameters.Count, StringComparer.Ordinal);
        var twice = new List<string>();
        foreach (Param param in parameters)
            if (!seen.Add(param.Key))
                twice.Add($"'{param.Key}'");
        if (twice.Count > 0)
            throw MlflowException.Invalid($"Duplicate parameter keys have been submitted: [{string.Join(", ", twice)}]. "
                + "Please ensure the request contains only one param value per param key.");
    }

    public static void CheckLength(string what, int limit, string? value)
    {
        // Servers count code points, which are never more than UTF-16 units.
        if (value is not null && value.Length > limit && value.EnumerateRunes().Count() > limit)
            throw MlflowException.Invalid($"'{what}' exceeds the maximum length of {limit} characters");
    }

    private static void CheckPresent(string what, string? value)
    {
        if (string.IsNullOrEmpty(value))
            throw MlflowException.Invalid($"Missing value for required parameter '{what}'. See the API docs for more information about request parameters.");
    }

    private static RunTag? Find(IReadOnlyList<RunTag> tags, string key)
    {
        foreach (RunTag tag in tags)
            if (tag.Key == key)
                return tag;
        return null;
    }
}

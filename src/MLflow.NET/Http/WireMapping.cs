namespace MLflow.Http;

/// <summary>Between the protocol's messages and this library's entities.</summary>
internal static class WireMapping
{
    public static WireTag ToWire(this RunTag tag) => new(tag.Key, tag.Value);

    public static WireTag ToWire(this Param param) => new(param.Key, param.Value);

    public static WireTag ToWire(this ExperimentTag tag) => new(tag.Key, tag.Value);

    public static WireMetric ToWire(this Metric metric) => new(metric.Key, metric.Value, metric.Timestamp.ToUnixTimeMilliseconds(), metric.Step);

    public static WireDatasetInput ToWire(this DatasetInput input) => new(
        [.. input.Tags.Select(tag => new WireTag(tag.Key, tag.Value))],
        new WireDataset(input.Dataset.Name, input.Dataset.Digest, input.Dataset.SourceType, input.Dataset.Source, input.Dataset.Schema, input.Dataset.Profile));

    public static string ToWire(this ViewType view) => view switch
    {
        ViewType.DeletedOnly => "DELETED_ONLY",
        ViewType.All => "ALL",
        _ => "ACTIVE_ONLY",
    };

    /// <summary>The items, or null for none: the protocol leaves out what is empty.</summary>
    public static TWire[]? ToWire<T, TWire>(IReadOnlyList<T> items, Func<T, TWire> convert) => items.Count == 0 ? null : [.. items.Select(convert)];

    public static Metric ToMetric(WireMetric metric) => new(
        metric.Key,
        metric.Value switch
        {
            double.MaxValue => double.PositiveInfinity,
            double.MinValue => double.NegativeInfinity,
            double value => value,
        },
        DateTimeOffset.FromUnixTimeMilliseconds(metric.Timestamp),
        metric.Step);

    public static Experiment ToExperiment(WireExperiment experiment) => new(
        experiment.ExperimentId ?? "",
        experiment.Name ?? "",
        experiment.ArtifactLocation ?? "",
        Stage(experiment.LifecycleStage),
        Time(experiment.CreationTime),
        Time(experiment.LastUpdateTime),
        [.. (experiment.Tags ?? []).Select(tag => new ExperimentTag(tag.Key, tag.Value ?? ""))]);

    public static Run ToRun(WireRun run)
    {
        WireRunInfo info = run.Info ?? throw new MlflowException(ErrorCodes.InternalError, "The server describes a run without saying which.");
        return new Run(
            new RunInfo(
                info.RunId ?? info.RunUuid ?? "",
                info.ExperimentId ?? "",
                info.RunName ?? "",
                info.UserId ?? "",
                RunStatusNames.Read(info.Status ?? ""),
                Time(info.StartTime),
                Time(info.EndTime),
                info.ArtifactUri ?? "",
                Stage(info.LifecycleStage)),
            [.. (run.Data?.Metrics ?? []).Select(ToMetric)],
            [.. (run.Data?.Params ?? []).Select(param => new Param(param.Key, param.Value ?? ""))],
            [.. (run.Data?.Tags ?? []).Select(tag => new RunTag(tag.Key, tag.Value ?? ""))],
            [.. (run.Inputs?.DatasetInputs ?? []).Select(ToInput)]);
    }

    private static DatasetInput ToInput(WireDatasetInput input) => new(
        new Dataset(input.Dataset.Name, input.Dataset.Digest, input.Dataset.SourceType, input.Dataset.Source, input.Dataset.Schema, input.Dataset.Profile),
        [.. (input.Tags ?? []).Select(tag => new InputTag(tag.Key, tag.Value ?? ""))]);

    // 0 is the protocol's way of leaving a time out.
    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is null or 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value);

    private static LifecycleStage Stage(string? stage) => stage == "deleted" ? LifecycleStage.Deleted : LifecycleStage.Active;
}

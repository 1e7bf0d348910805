using System.Text.Json;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace MLflow.Http;

// The messages of MLflow's REST protocol, in the names and with the gaps it has: servers leave out whatever has its default value.

internal sealed record WireError(string? ErrorCode, string? Message);

internal sealed record WireTag(string Key, string? Value);

internal sealed record WireMetric(string Key, double Value, long Timestamp, long Step);

internal sealed record WireExperiment(
    string? ExperimentId, string? Name, string? ArtifactLocation, string? LifecycleStage, long? CreationTime, long? LastUpdateTime, WireTag[]? Tags);

internal sealed record WireRunInfo(
    string? RunId, string? RunUuid, string? ExperimentId, string? RunName, string? UserId, string? Status, long? StartTime, long? EndTime, string? ArtifactUri,
    string? LifecycleStage);

internal sealed record WireRunData(WireMetric[]? Metrics, WireTag[]? Params, WireTag[]? Tags);

internal sealed record WireDataset(string Name, string Digest, string SourceType, string Source, string? Schema, string? Profile);

internal sealed record WireDatasetInput(WireTag[]? Tags, WireDataset Dataset);

internal sealed record WireRunInputs(WireDatasetInput[]? DatasetInputs);

internal sealed record WireRun(WireRunInfo? Info, WireRunData? Data, WireRunInputs? Inputs);

internal sealed record Nothing;

internal sealed record CreateExperimentRequest(string Name, string? ArtifactLocation, WireTag[]? Tags);

internal sealed record CreateExperimentAnswer(string? ExperimentId);

internal sealed record ExperimentAnswer(WireExperiment? Experiment);

internal sealed record SearchExperimentsRequest(int MaxResults, string? PageToken, string? Filter, string? ViewType);

internal sealed record SearchExperimentsAnswer(WireExperiment[]? Experiments, string? NextPageToken);

internal sealed record SetExperimentTagRequest(string ExperimentId, string Key, string Value);

internal sealed record ExperimentIdRequest(string ExperimentId);

internal sealed record UpdateExperimentRequest(string ExperimentId, string NewName);

internal sealed record CreateRunRequest(string ExperimentId, string? UserId, string? RunName, long? StartTime, WireTag[]? Tags);

internal sealed record RunAnswer(WireRun? Run);

internal sealed record UpdateRunRequest(string RunId, string? Status, long? EndTime, string? RunName);

internal sealed record RunIdRequest(string RunId);

internal sealed record LogBatchRequest(string RunId, WireMetric[]? Metrics, WireTag[]? Params, WireTag[]? Tags);

internal sealed record DeleteTagRequest(string RunId, string Key);

internal sealed record LogInputsRequest(string RunId, WireDatasetInput[] Datasets);

internal sealed record SearchRunsRequest(string[] ExperimentIds, string? Filter, string RunViewType, int MaxResults, string[]? OrderBy, string? PageToken);

internal sealed record SearchRunsAnswer(WireRun[]? Runs, string? NextPageToken);

internal sealed record MetricHistoryAnswer(WireMetric[]? Metrics, string? NextPageToken);

internal sealed record WireFile(string Path, bool IsDir, long? FileSize);

internal sealed record ArtifactsAnswer(string? RootUri, WireFile[]? Files, string? NextPageToken);

internal sealed record CreateModelRequest(string ExperimentId, string Name, string ModelType, string SourceRunId, WireTag[]? Params, WireTag[]? Tags);

internal sealed record FinishModelRequest(string ModelId, string Status);

internal sealed record WireModelInfo(string? ModelId, string? ArtifactUri);

internal sealed record WireModel(WireModelInfo? Info);

internal sealed record ModelAnswer(WireModel? Model);

internal sealed record SearchModelsRequest(string[] ExperimentIds, int MaxResults);

internal sealed record WireRunModel(string ModelId, long? Step);

internal sealed record RunModelsRequest(string RunId, WireRunModel[] Models);

internal sealed record RegisterRequest(string Name, string Description);

internal sealed record CreateVersionRequest(string Name, string Source, string RunId, string? ModelId);

internal sealed record WireVersion(string? Name, string? Version, string? Source, string? RunId);

internal sealed record VersionAnswer(WireVersion? ModelVersion);

internal sealed record SetAliasRequest(string Name, string Alias, string Version);

[JsonSerializable(typeof(CreateModelRequest))]
[JsonSerializable(typeof(FinishModelRequest))]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(SearchModelsRequest))]
[JsonSerializable(typeof(RunModelsRequest))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(CreateVersionRequest))]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(SetAliasRequest))]
[JsonSerializable(typeof(WireError))]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(CreateExperimentRequest))]
[JsonSerializable(typeof(CreateExperimentAnswer))]
[JsonSerializable(typeof(ExperimentAnswer))]
[JsonSerializable(typeof(SearchExperimentsRequest))]
[JsonSerializable(typeof(SearchExperimentsAnswer))]
[JsonSerializable(typeof(SetExperimentTagRequest))]
[JsonSerializable(typeof(ExperimentIdRequest))]
[JsonSerializable(typeof(UpdateExperimentRequest))]
[JsonSerializable(typeof(CreateRunRequest))]
[JsonSerializable(typeof(RunAnswer))]
[JsonSerializable(typeof(UpdateRunRequest))]
[JsonSerializable(typeof(RunIdRequest))]
[JsonSerializable(typeof(LogBatchRequest))]
[JsonSerializable(typeof(DeleteTagRequest))]
[JsonSerializable(typeof(LogInputsRequest))]
[JsonSerializable(typeof(SearchRunsRequest))]
[JsonSerializable(typeof(SearchRunsAnswer))]
[JsonSerializable(typeof(MetricHistoryAnswer))]
[JsonSerializable(typeof(ArtifactsAnswer))]
internal sealed partial class MlflowJson : JsonSerializerContext
{
    /// <summary>The protocol's conventions: a server takes "NaN" only as a string, and sends numbers as strings at times.</summary>
    public static MlflowJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

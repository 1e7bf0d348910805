namespace MLflow;

/// <summary>
/// MLflow's limits. <see cref="MlflowClient"/> splits batches to keep within them and refuses a key or value that is too long,
/// in the words of MLflow's servers. It never truncates: a real server answers 200 to a parameter or tag value beyond the limit
/// and keeps only its beginning, which loses data and no message; what is long belongs in an artifact.
/// </summary>
public static class Limits
{
    public const int MetricsPerBatch = 1000;

    public const int ParamsPerBatch = 100;

    public const int TagsPerBatch = 100;

    /// <summary>Metrics, parameters and tags together.</summary>
    public const int EntitiesPerBatch = 1000;

    /// <summary>Bytes of a request that logs a batch: what hosted servers take, and proxies by default.</summary>
    public const int BytesPerBatch = 1_000_000;

    /// <summary>Characters of a metric, parameter or tag key.</summary>
    public const int KeyLength = 250;

    public const int ParamValueLength = 6000;

    public const int TagValueLength = 8000;

    public const int ExperimentNameLength = 500;

    public const int ExperimentTagValueLength = 5000;

    public const int DatasetNameLength = 500;

    public const int DatasetDigestLength = 36;

    public const int DatasetSourceLength = 65535;

    public const int DatasetSchemaLength = 1048575;

    public const int DatasetProfileLength = 16777215;

    public const int InputTagKeyLength = 255;

    public const int InputTagValueLength = 500;

    /// <summary>Characters of a registered model's alias.</summary>
    public const int AliasLength = 255;
}

namespace MLflow;

/// <summary>Tag keys with a meaning to MLflow's UI.</summary>
public static class MlflowTags
{
    /// <summary>The run's name; setting it renames the run.</summary>
    public const string RunName = "mlflow.runName";

    /// <summary>The run this one is nested under.</summary>
    public const string ParentRunId = "mlflow.parentRunId";

    /// <summary>The description, in Markdown.</summary>
    public const string NoteContent = "mlflow.note.content";

    public const string User = "mlflow.user";

    /// <summary>The program.</summary>
    public const string SourceName = "mlflow.source.name";

    /// <summary><c>LOCAL</c>, <c>JOB</c>, <c>PROJECT</c> or <c>NOTEBOOK</c>.</summary>
    public const string SourceType = "mlflow.source.type";

    public const string GitCommit = "mlflow.source.git.commit";

    public const string GitBranch = "mlflow.source.git.branch";

    /// <summary>On a data set's input: what it was used for, such as <c>training</c> or <c>eval</c>.</summary>
    public const string DataContext = "mlflow.data.context";

    /// <summary>On an experiment: the metric by which its runs are compared first.</summary>
    public const string PrimaryMetricName = "mlflow.experiment.primaryMetric.name";

    /// <summary>On an experiment: whether larger values of that metric are better, <c>True</c> or <c>False</c>.</summary>
    public const string PrimaryMetricGreaterIsBetter = "mlflow.experiment.primaryMetric.greaterIsBetter";
}

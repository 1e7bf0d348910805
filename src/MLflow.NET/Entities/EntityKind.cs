namespace MLflow;

/// <summary>What can be logged in a batch.</summary>
public enum EntityKind
{
    Metric,
    Parameter,
    Tag,
}

namespace MLflow;

/// <summary>Which of the experiments or runs to look at.</summary>
public enum ViewType
{
    ActiveOnly,
    DeletedOnly,
    All,
}

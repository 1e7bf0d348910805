namespace MLflow;

/// <summary>Whether an experiment or run is in use or in MLflow's bin.</summary>
public enum LifecycleStage
{
    Active,
    Deleted,
}

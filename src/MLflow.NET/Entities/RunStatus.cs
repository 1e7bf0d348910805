namespace MLflow;

/// <summary>Where a run stands. The numbers are those of MLflow's protocol.</summary>
public enum RunStatus
{
    Unspecified = 0,
    Running = 1,
    Scheduled = 2,
    Finished = 3,
    Failed = 4,
    Killed = 5,
}

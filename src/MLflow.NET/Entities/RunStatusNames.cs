namespace MLflow;

/// <summary>How MLflow writes a run's status.</summary>
internal static class RunStatusNames
{
    public static string Write(RunStatus status) => status switch
    {
        RunStatus.Running => "RUNNING",
        RunStatus.Scheduled => "SCHEDULED",
        RunStatus.Finished => "FINISHED",
        RunStatus.Failed => "FAILED",
        RunStatus.Killed => "KILLED",
        // A server answers 200 to a status it does not know, and changes nothing.
        _ => throw MlflowException.Invalid($"Invalid value {status} for parameter 'status' supplied."),
    };

    public static RunStatus Read(string status) => status switch
    {
        "RUNNING" => RunStatus.Running,
        "SCHEDULED" => RunStatus.Scheduled,
        "FINISHED" => RunStatus.Finished,
        "FAILED" => RunStatus.Failed,
        "KILLED" => RunStatus.Killed,
        _ => RunStatus.Unspecified,
    };
}

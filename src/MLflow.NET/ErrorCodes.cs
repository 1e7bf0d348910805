namespace MLflow;

/// <summary>MLflow's error codes, as its servers write them.</summary>
public static class ErrorCodes
{
    public const string InvalidParameterValue = "INVALID_PARAMETER_VALUE";

    public const string ResourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST";

    public const string ResourceAlreadyExists = "RESOURCE_ALREADY_EXISTS";

    public const string InvalidState = "INVALID_STATE";

    public const string InternalError = "INTERNAL_ERROR";

    public const string NotImplemented = "NOT_IMPLEMENTED";

    /// <summary>Worth trying again: for a database, another process held the lock for too long.</summary>
    public const string TemporarilyUnavailable = "TEMPORARILY_UNAVAILABLE";
}

namespace MLflow;

/// <summary>MLflow's error codes, as its servers write them.</summary>
public static class ErrorCodes
{
    public const string InvalidParameterValue = "INVALID_PARAMETER_VALUE";

    public const string BadRequest = "BAD_REQUEST";

    public const string ResourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST";

    public const string ResourceAlreadyExists = "RESOURCE_ALREADY_EXISTS";

    public const string InvalidState = "INVALID_STATE";

    public const string InternalError = "INTERNAL_ERROR";

    public const string NotImplemented = "NOT_IMPLEMENTED";

    /// <summary>The server does not know the call: it is older than the call, or is no MLflow server.</summary>
    public const string EndpointNotFound = "ENDPOINT_NOT_FOUND";

    /// <summary>The server asks for other credentials.</summary>
    public const string Unauthenticated = "UNAUTHENTICATED";

    public const string PermissionDenied = "PERMISSION_DENIED";

    public const string RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED";

    /// <summary>No answer in the time allowed.</summary>
    public const string DeadlineExceeded = "DEADLINE_EXCEEDED";

    /// <summary>Worth trying again: for a database, another process held the lock for too long; for a server, it cannot be reached.</summary>
    public const string TemporarilyUnavailable = "TEMPORARILY_UNAVAILABLE";
}

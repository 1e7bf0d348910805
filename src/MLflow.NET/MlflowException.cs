namespace MLflow;

/// <summary>
/// A request a tracking store refused or could not carry out. <see cref="Exception.Message"/> is one line fit for a user, without
/// credentials; where MLflow has a message of its own for the case, it is that one.
/// </summary>
public class MlflowException : Exception
{
    public MlflowException(string errorCode, string message)
        : base(message) => ErrorCode = errorCode;

    public MlflowException(string errorCode, string message, Exception? innerException)
        : base(message, innerException) => ErrorCode = errorCode;

    /// <summary>MLflow's code for the kind of failure, one of <see cref="ErrorCodes"/> or a newer server's own.</summary>
    public string ErrorCode { get; }

    /// <summary>The HTTP status of a server's answer; null where there was none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool IsTransient { get; init; }

    /// <summary>How long the server asks to wait before the next attempt.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    internal static MlflowException Invalid(string message) => new(ErrorCodes.InvalidParameterValue, message);
}

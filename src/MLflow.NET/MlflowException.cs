namespace MLflow;

/// <summary>
/// A request a tracking store refused or could not carry out. <see cref="Exception.Message"/> is one line fit for a user;
/// where MLflow has a message of its own for the case, it is that one.
/// </summary>
public class MlflowException : Exception
{
    public MlflowException(string errorCode, string message)
        : base(message) => ErrorCode = errorCode;

    public MlflowException(string errorCode, string message, Exception? innerException)
        : base(message, innerException) => ErrorCode = errorCode;

    /// <summary>MLflow's code for the kind of failure, one of <see cref="ErrorCodes"/> or a newer server's own.</summary>
    public string ErrorCode { get; }

    internal static MlflowException Invalid(string message) => new(ErrorCodes.InvalidParameterValue, message);
}

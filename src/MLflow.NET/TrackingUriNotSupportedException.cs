namespace MLflow;

/// <summary>A tracking URI of a kind this version has no store for.</summary>
public sealed class TrackingUriNotSupportedException(string message)
    : MlflowException(ErrorCodes.NotImplemented, message);

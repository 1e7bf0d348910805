namespace MLflow.Http;

/// <summary>Which requests may be sent again.</summary>
internal enum Repeatable
{
    /// <summary>Carrying it out twice is carrying it out once.</summary>
    Always,

    /// <summary>Only where the server surely has not carried it out.</summary>
    IfUnsent,

    Never,
}

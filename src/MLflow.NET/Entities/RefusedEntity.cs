namespace MLflow;

/// <summary>A part of a batch that is not stored, since the store will never take it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Reason">What the store, or this library in its place, says to it.</param>
public sealed record RefusedEntity(EntityKind Kind, string Key, MlflowException Reason)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string kind = Kind switch
        {
            EntityKind.Metric => "metric",
            EntityKind.Parameter => "parameter",
            _ => "tag",
        };
        return $"the {kind} '{Key}': {Reason.Message}";
    }
}

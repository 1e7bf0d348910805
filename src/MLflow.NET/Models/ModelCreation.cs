namespace MLflow;

/// <summary>What a logged model is made of.</summary>
/// <param name="Name">Without <c>/ : . % " '</c>.</param>
public sealed record ModelCreation(string Name)
{
    /// <summary>What kind it is, for MLflow's UI.</summary>
    public string ModelType { get; init; } = "";

    public IReadOnlyList<Param> Params { get; init; } = [];

    public IReadOnlyList<RunTag> Tags { get; init; } = [];

    /// <summary>The step of the run after which it was taken.</summary>
    public long Step { get; init; }
}

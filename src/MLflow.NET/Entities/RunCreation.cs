namespace MLflow;

/// <summary>What a new run is made of.</summary>
/// <param name="ExperimentId">The experiment it belongs to.</param>
public sealed record RunCreation(string ExperimentId)
{
    /// <summary>The name shown; the store invents one where none is given. Goes into the tag <see cref="MlflowTags.RunName"/> too.</summary>
    public string? RunName { get; init; }

    /// <summary>Who runs it, for the run's own field; the UI shows the tag <see cref="MlflowTags.User"/>, which does not fill it.</summary>
    public string UserId { get; init; } = "";

    /// <summary>When it started; the client's clock where none is given.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>The first tags.</summary>
    public IReadOnlyList<RunTag> Tags { get; init; } = [];

    /// <summary>
    /// The key of one of <see cref="Tags"/> whose value belongs to a single run of the experiment. Where an active run already
    /// carries this key and value, that run is returned and none is made, so that creating may be tried again after a failure
    /// that left its outcome unknown.
    /// </summary>
    public string? UniqueTag { get; init; }
}

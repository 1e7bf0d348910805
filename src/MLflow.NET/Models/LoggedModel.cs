namespace MLflow;

/// <summary>A model's files in a store.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Uri">What a registered version names as its source: <c>models:/m-…</c> for a logged model, <c>runs:/run/name</c> for artifacts of a
/// run.</param>
/// <param name="ModelId">The id of a logged model; null where the store has none (the embedded store, servers before 3.0) and the files are artifacts of a
/// run.</param>
/// <param name="RunId">The run that made it.</param>
public sealed record LoggedModel(string Name, string Uri, string? ModelId, string RunId);

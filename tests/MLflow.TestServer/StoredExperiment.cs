namespace MLflow.TestServer;

/// <summary>An experiment as the server holds it.</summary>
public sealed class StoredExperiment(string id, string name)
{
    public string Id { get; } = id;

    public string Name { get; set; } = name;

    public string ArtifactLocation { get; set; } = "";

    public bool IsDeleted { get; set; }

    public long Created { get; set; }

    public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);
}

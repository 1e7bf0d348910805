namespace Diffusion;

/// <summary>What is known to a study before it runs: the parts of the manifest that it declares to need.</summary>
public record StudySetting
{
    /// <summary>The noising process; null where the manifest states none.</summary>
    public NoiseSchedule? Schedule { get; init; }

    /// <summary>The data; null where the manifest states none. Not the study's to change or dispose.</summary>
    public DataSet? Data { get; init; }
}

namespace Diffusion.Experiments.Records;

/// <summary>
/// <c>tracked.json</c>: what the tracking store has taken, so that it need not be told again. Telling it again would change nothing, but takes time.
/// </summary>
/// <param name="Store">The store, without passwords.</param>
/// <param name="Cells">Ids of its cells.</param>
public sealed record TrackedRecord(string Store, IReadOnlyList<string> Cells);

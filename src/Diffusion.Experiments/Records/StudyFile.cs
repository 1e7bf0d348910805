namespace Diffusion.Experiments.Records;

/// <summary>A curve or a field of a study, as files.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">Its numbers and labels as JSON, relative to the run's folder.</param>
/// <param name="Digest">SHA-256 of that file, lower-case hex.</param>
/// <param name="Picture">Its picture, relative to the run's folder.</param>
/// <param name="Array">A field's values as an array of shape (rows, columns), relative to the run's folder; null of a curve.</param>
/// <param name="ArrayDigest">SHA-256 of the array's file, lower-case hex; null of a curve.</param>
public sealed record StudyFile(string Name, string File, string Digest, string Picture, string? Array = null, string? ArrayDigest = null);

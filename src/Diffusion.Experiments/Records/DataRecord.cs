using System.Security.Cryptography;
using System.Text;

namespace Diffusion.Experiments.Records;

/// <summary>What a run knows of a data set that its cells used.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Shape of one sample, without the batch.</param>
/// <param name="Columns">Names of the dimensions, where they have any.</param>
/// <param name="Source">Where the data come from: a file or a formula.</param>
/// <param name="Digest">SHA-256 of the rows' content, lower-case hex; "" where there is none.</param>
public sealed record DataRecord(string Name, IReadOnlyList<long> Shape, IReadOnlyList<string> Columns, string Source, string Digest)
{
    private const int KeyLength = 16;

    /// <summary>The record of a description.</summary>
    public static DataRecord FromDescription(DataDescription data) => new(data.Name, data.Shape, data.Columns, data.Source, data.Digest);

    /// <summary>What a data set is called in a run's record.</summary>
    /// <param name="canonicalChoice">The choice of the data in canonical JSON.</param>
    public static string KeyOf(string canonicalChoice) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalChoice)))[..KeyLength];

    /// <summary>The description, as trackers are told it.</summary>
    public DataDescription ToDescription() => new() { Name = Name, Shape = Shape, Columns = Columns, Source = Source, Digest = Digest };
}

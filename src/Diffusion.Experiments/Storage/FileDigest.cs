using System.Security.Cryptography;

namespace Diffusion.Experiments.Storage;

/// <summary>What tells a file's content from every other.</summary>
internal static class FileDigest
{
    /// <summary>What stands before a digest in the place of a path in keys.</summary>
    public const string KeyPrefix = "sha256:";

    /// <summary>SHA-256 of a file's content, lower-case hex.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Compute(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

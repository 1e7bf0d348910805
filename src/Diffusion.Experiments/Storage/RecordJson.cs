using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Diffusion.Experiments.Storage;

/// <summary>
/// How records are written: camel case, indented, enums as words, NaN and infinities as named strings, and last a checksum of what stands before it, so that
/// a record with a flipped bit is known for damaged.
/// </summary>
public static class RecordJson
{
    private const string ChecksumStart = ",\n  \"checksum\": \"";
    private const string ChecksumEnd = "\"\n}\n";
    private const int HexDigits = 64;

    /// <summary>Options for every record file.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Writes a record whole or not at all.</summary>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public static void Write<T>(string path, T record) => AtomicFile.Write(path, stream =>
    {
        // Without the closing "\n}".
        ReadOnlySpan<byte> body = JsonSerializer.SerializeToUtf8Bytes(record, Options).AsSpan()[..^2];
        stream.Write(body);
        stream.Write(Encoding.ASCII.GetBytes($"{ChecksumStart}{Checksum(body)}{ChecksumEnd}"));
    });

    /// <summary>Reads a record.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public static T Read<T>(string path)
    {
        ReadOnlySpan<byte> content = File.ReadAllBytes(path);
        try
        {
            int bodyLength = content.Length - ChecksumStart.Length - HexDigits - ChecksumEnd.Length;
            if (bodyLength < 0 || Encoding.ASCII.GetString(content[bodyLength..]) != $"{ChecksumStart}{Checksum(content[..bodyLength])}{ChecksumEnd}")
                throw new InvalidDataException($"{path}: damaged record (its checksum does not match)");
            return JsonSerializer.Deserialize<T>(content, Options) ?? throw new InvalidDataException($"{path}: empty record");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: damaged record ({e.Message})", e);
        }
    }

    /// <summary>Reads a record that may not be there.</summary>
    /// <returns>Null where there is none, or only a damaged one.</returns>
    public static T? Find<T>(string path)
        where T : class
    {
        try
        {
            return Read<T>(path);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static string Checksum(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));
}

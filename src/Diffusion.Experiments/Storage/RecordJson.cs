using System.Text.Json;
using System.Text.Json.Serialization;

namespace Diffusion.Experiments.Storage;

/// <summary>How records are written: camel case, indented, enums as words, NaN and infinities as named strings.</summary>
public static class RecordJson
{
    /// <summary>Options for every record file.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Writes a record whole or not at all.</summary>
    public static void Write<T>(string path, T record) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(record, Options) + "\n");

    /// <summary>Reads a record.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Options)
                ?? throw new InvalidDataException($"{path}: empty record");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: damaged record ({e.Message})", e);
        }
    }
}

using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Storage;

/// <summary>
/// The safetensors format: an 8-byte length, a JSON header naming each tensor's type, shape and byte range, then the bytes. It holds
/// numbers only, never code.
/// </summary>
public static class SafetensorsFile
{
    private const long LargestHeader = 100_000_000;

    private static readonly Dictionary<string, ScalarType> TypesByName = new()
    {
        ["F32"] = ScalarType.Float32,
        ["F64"] = ScalarType.Float64,
        ["I64"] = ScalarType.Int64,
    };

    /// <summary>Writes float32, float64 and int64 tensors, in the order of their names.</summary>
    /// <exception cref="NotSupportedException">A tensor has another type.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var header = new JsonObject();
        long offset = 0;
        string[] names = [.. tensors.Keys.Order(StringComparer.Ordinal)];
        foreach (string name in names)
        {
            Tensor tensor = tensors[name];
            long bytes = tensor.numel() * tensor.element_size();
            header[name] = new JsonObject
            {
                ["dtype"] = TypesByName.FirstOrDefault(pair => pair.Value == tensor.dtype).Key
                    ?? throw new NotSupportedException($"safetensors: '{name}' has type {tensor.dtype}; float32, float64 and int64 can be written."),
                ["shape"] = new JsonArray([.. tensor.shape.Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(offset, offset + bytes),
            };
            offset += bytes;
        }

        // The format wants the data aligned to 8 bytes: the header is padded with blanks.
        byte[] headerBytes = Encoding.UTF8.GetBytes(header.ToJsonString());
        int padding = (8 - (headerBytes.Length % 8)) % 8;
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, headerBytes.Length + padding);
            stream.Write(length);
            stream.Write(headerBytes);
            stream.Write(Encoding.ASCII.GetBytes(new string(' ', padding)));
            foreach (string name in names)
            {
                using DisposeScope scope = NewDisposeScope();
                stream.Write(tensors[name].detach().cpu().contiguous().bytes);
            }
        });
    }

    /// <summary>Reads all tensors onto the CPU; they belong to the open dispose scope.</summary>
    /// <exception cref="InvalidDataException">The file is truncated or not in the format; the message says where.</exception>
    public static Dictionary<string, Tensor> Read(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        long headerLength = content.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(content) : -1;
        if (headerLength is < 2 or > LargestHeader || headerLength > content.Length - 8)
            throw new InvalidDataException($"{path}: not a safetensors file, or cut short within its header.");

        int start = 8 + (int)headerLength;
        List<Entry> entries = Entries(path, content.AsMemory(8, (int)headerLength));
        CheckLayout(path, entries, content.Length - start);
        var tensors = new Dictionary<string, Tensor>();
        foreach (Entry entry in entries)
        {
            Tensor tensor = empty(entry.Shape, dtype: entry.Type);
            content.AsSpan(start + (int)entry.From, (int)(entry.To - entry.From)).CopyTo(tensor.bytes);
            tensors[entry.Name] = tensor;
        }

        return tensors;
    }

    private static List<Entry> Entries(string path, ReadOnlyMemory<byte> header)
    {
        try
        {
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return [.. document.RootElement.EnumerateObject().Where(member => member.Name != "__metadata__").Select(member => Entry.Parse(path, member))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: the safetensors header is not valid JSON ({e.Message})", e);
        }
    }

    // The format has the tensors' bytes follow each other from the first to the last byte: an overlap or a gap is a damaged file or hides something.
    private static void CheckLayout(string path, List<Entry> entries, long length)
    {
        long end = 0;
        foreach (Entry entry in entries.OrderBy(entry => entry.From).ThenBy(entry => entry.To))
        {
            if (entry.To > length)
                throw new InvalidDataException($"{path}: tensor '{entry.Name}' lies outside the file, which is cut short or damaged.");
            if (entry.From != end)
                throw new InvalidDataException($"{path}: tensor '{entry.Name}' begins at byte {entry.From} of the data, "
                    + $"{(entry.From < end ? "within another tensor" : "after a gap")}; {end} is where it must begin.");
            end = entry.To;
        }

        if (end != length)
            throw new InvalidDataException($"{path}: {length - end} bytes follow the last tensor.");
    }

    /// <summary>A tensor as the header describes it.</summary>
    private sealed record Entry(string Name, ScalarType Type, long[] Shape, long From, long To)
    {
        public static Entry Parse(string path, JsonProperty member)
        {
            JsonElement value = member.Value;
            if (value.ValueKind != JsonValueKind.Object
                || !value.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
                || !value.TryGetProperty("shape", out JsonElement shape) || Numbers(shape) is not { } sizes
                || !value.TryGetProperty("data_offsets", out JsonElement offsets) || Numbers(offsets) is not [long from, long to])
            {
                throw new InvalidDataException($"{path}: tensor '{member.Name}' has no dtype, shape and data_offsets as the format wants them.");
            }

            if (!TypesByName.TryGetValue(dtype.GetString()!, out ScalarType type))
                throw new InvalidDataException(
                    $"{path}: tensor '{member.Name}' has type {dtype.GetString()}; {string.Join(", ", TypesByName.Keys)} can be read.");

            // In 128 bits, so that no product of sizes wraps round to the right one.
            Int128 bytes = sizes.Aggregate(
                (Int128)(type == ScalarType.Float32 ? 4 : 8), (product, size) => size == 0 ? 0 : Int128.Min(product, long.MaxValue) * size);
            return bytes == to - from
                ? new(member.Name, type, sizes, from, to)
                : throw new InvalidDataException(
                    $"{path}: tensor '{member.Name}' takes {bytes} bytes by its shape and {to - from} by its offsets; the file is damaged.");
        }

        // Null unless it is an array of whole numbers from 0.
        private static long[]? Numbers(JsonElement array)
        {
            if (array.ValueKind != JsonValueKind.Array)
                return null;
            List<long> numbers = [];
            foreach (JsonElement item in array.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0)
                    return null;
                numbers.Add(number);
            }

            return [.. numbers];
        }
    }
}

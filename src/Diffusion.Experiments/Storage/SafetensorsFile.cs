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

        JsonObject header;
        try
        {
            header = JsonNode.Parse(content.AsSpan(8, (int)headerLength))!.AsObject();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: the safetensors header is not valid JSON ({e.Message})", e);
        }

        var tensors = new Dictionary<string, Tensor>();
        int start = 8 + (int)headerLength;
        foreach ((string name, JsonNode? node) in header.Where(pair => pair.Key != "__metadata__"))
            tensors[name] = ReadTensor(path, name, node!, content.AsSpan(start));
        return tensors;
    }

    private static Tensor ReadTensor(string path, string name, JsonNode entry, ReadOnlySpan<byte> data)
    {
        if (!TypesByName.TryGetValue(entry["dtype"]!.GetValue<string>(), out ScalarType type))
            throw new InvalidDataException($"{path}: tensor '{name}' has type {entry["dtype"]}; {string.Join(", ", TypesByName.Keys)} can be read.");

        long[] shape = [.. entry["shape"]!.AsArray().Select(size => size!.GetValue<long>())];
        long from = entry["data_offsets"]![0]!.GetValue<long>();
        long to = entry["data_offsets"]![1]!.GetValue<long>();
        Tensor tensor = empty(shape, dtype: type);
        if (from < 0 || to > data.Length || to - from != tensor.numel() * tensor.element_size())
            throw new InvalidDataException($"{path}: tensor '{name}' lies outside the file or does not fill its shape; the file is cut short or damaged.");
        data[(int)from..(int)to].CopyTo(tensor.bytes);
        return tensor;
    }
}

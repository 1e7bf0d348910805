using System.Security.Cryptography;
using System.Text;
using Diffusion.Experiments.Storage;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Experiments;

public sealed class StorageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("diffusion-storage");
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    private string File(string name) => Path.Combine(_folder.FullName, name);

    private string WriteSample()
    {
        string path = File("weights.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor>
        {
            ["layer.weight"] = arange(6, dtype: ScalarType.Float32).reshape(2, 3).t(),
            ["layer.bias"] = tensor(new[] { 0.1, -2.5 }),
            ["steps"] = tensor(new[] { 7L }),
        });
        return path;
    }

    [Fact]
    public void Safetensors_come_back_as_they_were()
    {
        Dictionary<string, Tensor> read = SafetensorsFile.Read(WriteSample());
        Assert.Equal(["layer.bias", "layer.weight", "steps"], read.Keys);
        Assert.Equal([3L, 2], read["layer.weight"].shape);
        Assert.True(read["layer.weight"].equal(arange(6, dtype: ScalarType.Float32).reshape(2, 3).t()).all().ToBoolean());
        Assert.Equal(-2.5, read["layer.bias"][1].ToDouble());
        Assert.Equal(7, read["steps"][0].ToInt64());
    }

    [Fact]
    public void The_safetensors_layout_is_the_published_one()
    {
        byte[] bytes = System.IO.File.ReadAllBytes(WriteSample());
        int header = (int)BitConverter.ToInt64(bytes);
        Assert.Equal(0, header % 8);
        Assert.StartsWith(
            """{"layer.bias":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"layer.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[16,40]}""",
            Encoding.UTF8.GetString(bytes, 8, header),
            StringComparison.Ordinal);
        Assert.Equal(8 + header + 16 + 24 + 8, bytes.Length);
        Assert.Equal(0.1, BitConverter.ToDouble(bytes, 8 + header));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(-1)]
    public void A_file_cut_short_is_refused_by_name(int length)
    {
        string path = WriteSample();
        byte[] bytes = System.IO.File.ReadAllBytes(path);
        System.IO.File.WriteAllBytes(path, bytes[..(length < 0 ? bytes.Length + length : length)]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Npy_files_have_numpys_preamble_and_the_numbers_row_by_row()
    {
        string path = File("samples.npy");
        NpyFile.Write(path, tensor(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6.5 } }));
        byte[] bytes = System.IO.File.ReadAllBytes(path);
        int header = BitConverter.ToUInt16(bytes, 8);
        Assert.Equal("\u0093NUMPY\u0001\0", Encoding.Latin1.GetString(bytes, 0, 8));
        Assert.Equal(0, (10 + header) % 64);
        Assert.Matches(@"^\{'descr': '<f8', 'fortran_order': False, 'shape': \(3,2,\), \} *\n$", Encoding.ASCII.GetString(bytes, 10, header));
        Assert.Equal([1.0, 2, 3, 4, 5, 6.5], Enumerable.Range(0, 6).Select(i => BitConverter.ToDouble(bytes, 10 + header + (8 * i))));
    }

    [Theory]
    [InlineData(
        """{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"b":{"dtype":"F64","shape":[2],"data_offsets":[8,24]}}""",
        24,
        "tensor 'b' begins at byte 8 of the data, within another tensor")]
    [InlineData(
        """{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"b":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}""",
        16,
        "tensor 'b' begins at byte 0 of the data, within another tensor")]
    [InlineData(
        """{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F64","shape":[1],"data_offsets":[16,24]}}""",
        24,
        "tensor 'b' begins at byte 16 of the data, after a gap")]
    [InlineData("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", 24, "16 bytes follow the last tensor")]
    [InlineData("""{"a":{"dtype":"F64","shape":[3],"data_offsets":[0,24]}}""", 16, "tensor 'a' lies outside the file")]
    [InlineData("""{"a":{"dtype":"F64","shape":[3],"data_offsets":[0,16]}}""", 16, "takes 24 bytes by its shape and 16 by its offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2305843009213693952,8],"data_offsets":[0,0]}}""", 0, "by its shape and 0 by its offsets")]
    [InlineData("""{"a":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}}""", 8, "tensor 'a' has no dtype, shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", 8, "not valid JSON")]
    [InlineData("""{"a":null}""", 0, "tensor 'a' has no dtype, shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}""", 8, "has type BF16; F32, F64, I64 can be read")]
    [InlineData("""[1]""", 0, "not valid JSON")]
    public void Safetensors_with_a_header_that_lies_are_refused(string header, int data, string message)
    {
        string path = File("bad.safetensors");
        System.IO.File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[data]]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("False", "(2, 3)", new double[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData("True", "(2, 3)", new double[] { 0, 2, 4, 1, 3, 5 })]
    [InlineData("True", "(3, 2)", new double[] { 0, 3, 1, 4, 2, 5 })]
    [InlineData("False", "(6,)", new double[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData("True", "(6,)", new double[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData("False", "(1, 2, 3,)", new double[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData("True", "(1, 2, 3)", new double[] { 0, 2, 4, 1, 3, 5 })]
    public void Npy_files_are_read_in_the_order_of_their_header(string fortran, string shape, double[] expected)
    {
        Tensor read = ReadNpy($"{{'descr': '<f8', 'fortran_order': {fortran}, 'shape': {shape}, }}", 48, out _);
        Assert.Equal(shape.Trim('(', ')').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(long.Parse), read.shape);
        Assert.Equal(expected, read.data<double>().ToArray());
    }

    [Theory]
    [InlineData("{'descr': '>f8', 'fortran_order': False, 'shape': (6,), }", 48)]
    [InlineData("{'descr': '<i8', 'fortran_order': False, 'shape': (6,), }", 48)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (7,), }", 48)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (5,), }", 48)]
    [InlineData("{'descr': '<f8', 'fortran_order': Maybe, 'shape': (6,), }", 48)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (576460752303423488, 32), }", 0)]
    [InlineData("no header", 48)]
    public void Npy_files_that_are_not_what_their_header_says_are_refused(string header, int data)
    {
        string path = "";
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ReadNpy(header, data, out path));
        Assert.StartsWith(File("array.npy"), error.Message, StringComparison.Ordinal);
    }

    private Tensor ReadNpy(string header, int data, out string path)
    {
        path = File("array.npy");
        byte[] content =
        [
            0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header),
            .. Enumerable.Range(0, data / 8).SelectMany(i => BitConverter.GetBytes((double)i)),
        ];
        System.IO.File.WriteAllBytes(path, content);
        return NpyFile.Read(path, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        string path = File("record.json");
        AtomicFile.WriteAllText(path, "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", System.IO.File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
    }
}

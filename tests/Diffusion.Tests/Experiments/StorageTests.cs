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
        Assert.StartsWith("""{"layer.bias":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"layer.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[16,40]}""", Encoding.UTF8.GetString(bytes, 8, header), StringComparison.Ordinal);
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

using System.Security.Cryptography;
using Diffusion.Data;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Data;

public sealed class CsvDataSourceTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("csv-").FullName;

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Columns_come_by_name_in_the_order_asked_for()
    {
        DataSet set = Load("a,b,c\n1,2,3\n4,5,6e1\n", o => o with { Columns = ["c", "a"], Standardize = false });
        Assert.Equal(["c", "a"], set.Description.Columns);
        Assert.Equal([2], set.Description.Shape);
        Assert.Equal([2, 2], set.Train.shape);
        Assert.Equal(ScalarType.Float64, set.Train.dtype);
        Assert.Equal([3, 1, 60, 4], set.Train.data<double>().ToArray());
        Assert.Null(set.Description.Standardization);
        Assert.Equal("data", set.Description.Name);
        Assert.Equal("data.csv", set.Description.Source);
    }

    [Fact]
    public void Quotes_blanks_signs_and_other_delimiters_are_read()
    {
        DataSet set = Load("\"a b\"; c\r\n\r\n \"-1.5\" ; +2\r\n0;.5\r\n\r\n", o => o with { Delimiter = ";", Standardize = false });
        Assert.Equal(["a b", "c"], set.Description.Columns);
        Assert.Equal([-1.5, 2, 0, 0.5], set.Train.data<double>().ToArray());
    }

    [Fact]
    public void Without_a_header_columns_are_numbered()
    {
        DataSet set = Load("1\t2\n3\t4\n", o => o with { Delimiter = "\t", Header = false, Columns = ["x2"], Standardize = false });
        Assert.Equal([2, 4], set.Train.data<double>().ToArray());
    }

    [Fact]
    public void Standardised_columns_have_mean_0_and_variance_1_and_can_be_put_back()
    {
        DataSet set = Load("a,b\n1,10\n2,20\n6,90\n");
        Tensor mean = set.Train.mean([0]);
        Tensor variance = set.Train.square().mean([0]);
        Assert.All(mean.data<double>().ToArray(), value => Assert.Equal(0, value, 1e-15));
        Assert.All(variance.data<double>().ToArray(), value => Assert.Equal(1, value, 1e-14));
        Assert.Equal([3, 40], set.Description.Standardization!.Mean);
        Assert.Equal(6, set.Description.Standardization.Mean[0] + (set.Description.Standardization.Scale[0] * set.Train[2, 0].ToDouble()), 1e-14);
    }

    [Fact]
    public void The_digest_is_that_of_the_numbers_alone()
    {
        string digest = Load("a,b\n1,2\n3,5\n").Description.Digest;
        Assert.Equal(digest, Load("x;y\r\n1.0;\"2\"\r\n3e0;5\r\n", o => o with { Delimiter = ";", Standardize = false }).Description.Digest);
        Assert.NotEqual(digest, Load("a,b\n1,2\n3,6\n").Description.Digest);

        byte[] bytes = [.. new double[] { 1, 2, 3, 5 }.SelectMany(BitConverter.GetBytes)];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), digest);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", "line 3: column 'b': 'x' is not a finite number")]
    [InlineData("a,b\n\n1,\n", "line 3: column 'b': '' is not a finite number")]
    [InlineData("a,b\n1,NaN\n", "line 2: column 'b': 'NaN' is not a finite number")]
    [InlineData("a,b\n1,2\n1,2,3\n", "line 3: 3 fields where 2 are expected")]
    [InlineData("a,b\n1,2\n1\n", "line 3: 1 fields where 2 are expected")]
    [InlineData("a,a\n1,2\n", "line 1: two columns have the same name")]
    [InlineData("a,b\n1,\"2\n", "line 2: a quoted field is not closed properly")]
    [InlineData("a,b\n", "holds no rows")]
    [InlineData("", "holds no rows")]
    [InlineData("a,b\n1,2\n1,3\n", "column 'a' is constant and cannot be standardised")]
    public void What_is_wrong_with_a_file_is_said_with_file_and_line(string content, string message)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Load(content));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("data.csv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_not_there_is_answered_with_those_that_are()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Load("a,b\n1,2\n", o => o with { Columns = ["c"] }));
        Assert.Contains("there is no column 'c'; the columns are a, b", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_Faithful_is_what_its_page_says()
    {
        string folder = Path.Combine(RepositoryRoot(), "experiments", "data");
        DataSet set = new CsvDataSource(new CsvOptions { Path = Path.Combine(folder, "old-faithful.csv"), Standardize = false }).Load();
        Assert.Equal([272, 2], set.Train.shape);
        Assert.Equal(["eruptions", "waiting"], set.Description.Columns);
        Assert.Equal(3.4877830882, set.Train.mean([0])[0].ToDouble(), 1e-9);
        Assert.Equal(70.8970588235, set.Train.mean([0])[1].ToDouble(), 1e-9);

        string page = File.ReadAllText(Path.Combine(folder, "README.md"));
        Assert.Contains(set.Description.Digest, page, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "old-faithful.csv")))), page, StringComparison.Ordinal);
    }

    private DataSet Load(string content, Func<CsvOptions, CsvOptions>? change = null)
    {
        string path = Path.Combine(_folder, "data.csv");
        File.WriteAllText(path, content);
        var options = new CsvOptions { Path = path };
        return new CsvDataSource(change is null ? options : change(options)).Load();
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Diffusion.Research.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}

using System.Globalization;
using System.Security.Cryptography;
using Diffusion.Data;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Data;

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
    [InlineData("a,a\n1,2\n", "line 1: two columns have the same name, 'a'")]
    [InlineData("a,b\n1,1e309\n", "line 2: column 'b': '1e309' is not a finite number")]
    [InlineData("a,b\n1,2\n1,2,\n", "line 3: 3 fields where 2 are expected; the line ends with ','")]
    [InlineData("a,b\n1,\u001b[31m2\n", "line 2: column 'b': '\\u001b[31m2' is not a finite number")]
    [InlineData("a,b\n1,2\n\"3,4\n5,6\n7,8\n", "line 3: a quoted field is not closed properly")]
    [InlineData("a,b\r\n\r\n1,2\r\n\r\n3,?\r\n", "line 5: column 'b': '?' is not a finite number")]
    [InlineData("\"a\nb\",c\n1,2\n3,?\n", "line 4: column 'c': '?' is not a finite number")]
    [InlineData("a,b\n1,2\n", "has one row, and standardising columns takes at least two")]
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

    [Theory]
    [InlineData(",x,y\n0,1,2\n1,2,4\n2,0,1\n", "line 1: column 1 has no name", "\"columns\": [\"x\", \"y\"]")]
    [InlineData("\"\",x,y\n\"a\",1,2\n\"b\",2,4\n", "line 1: column 1 has no name", "\"columns\": [\"x\", \"y\"]")]
    [InlineData("Unnamed: 0,x\n0,1\n1,2\n", "line 1: column 1 is called 'Unnamed: 0'", "\"columns\": [\"x\"]")]
    [InlineData("x,y,\n1,2,\n2,4,\n", "line 1: column 3 has no name", "\"columns\": [\"x\", \"y\"]")]
    [InlineData(",\n1,2\n2,4\n", "line 1: column 1 has no name", "set \"header\": false")]
    [InlineData("0.9,0.2\n-0.6,3.7\n1,2\n", "line 1: the header holds numbers only (0.9, 0.2)", "set \"header\": false")]
    [InlineData("1e3\n2\n3\n", "line 1: the header holds numbers only (1e3)", "set \"header\": false")]
    [InlineData("0.9,NaN,\n-0.6,3.7,1\n1,2,3\n", "line 1: the header holds numbers only (0.9, NaN, )", "set \"header\": false")]
    [InlineData("\ufeff1,2\n3,4\n", "line 1: the header holds numbers only (1, 2)", "set \"header\": false")]
    [InlineData("x;y\n1;2\n2;4\n", "line 1: the header has ';'", "is \"delimiter\": \";\" meant?")]
    [InlineData("x;y\n1,5;2\n2;4\n", "line 1: the header has ';'", "is \"delimiter\": \";\" meant?")]
    [InlineData("x\ty\n1\t2\n2\t4\n", "line 1: the header has '\\t'", "is \"delimiter\": \"\\t\" meant?")]
    [InlineData("x|y\n1|2\n2|4\n", "line 1: the header has '|'", "is \"delimiter\": \"|\" meant?")]
    public void What_a_file_seems_to_be_is_said_with_the_option_that_decides(string content, string seen, string option)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Load(content));
        Assert.Contains($"data.csv, {seen}", error.Message, StringComparison.Ordinal);
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_way_out_that_a_message_offers_is_one()
    {
        Assert.Equal(["x", "y"], Load(",x,y\n0,1,2\n1,2,4\n", o => o with { Columns = ["x", "y"] }).Description.Columns);
        Assert.Equal(3, Load("0.9,0.2\n-0.6,3.7\n1,2\n", o => o with { Header = false }).Train.shape[0]);
        Assert.Equal(["2019", "2020"], Load("2019,2020\n1,2\n3,4\n", o => o with { Columns = ["2019", "2020"] }).Description.Columns);
        Assert.Equal(["x", "y"], Load("x;y\n1;2\n2;4\n", o => o with { Delimiter = ";" }).Description.Columns);
        Assert.Equal([0, 0.0], Load("a,b\n0.1,1\n0.1,2\n", o => o with { Columns = ["b"] }).Train.mean([0]).data<double>().Concat([0]).ToArray());
        Assert.Equal([2, 2], Load("a,b\n0.1,1\n0.1,2\n", o => o with { Standardize = false }).Train.shape);
    }

    [Theory]
    [InlineData("1;2\n", "column 'x1': '1;2' is not a finite number; is \"delimiter\": \";\" meant?")]
    [InlineData("\"1,5\",2\n", "'1,5' is not a finite number; numbers are read with a decimal point, not a comma")]
    [InlineData("x,y\n1,2\n", "'x' is not a finite number; if the first line names the columns, set \"header\": true")]
    [InlineData("1,2,\n3,4,\n", "column 'x3': '' is not a finite number")]
    public void Without_a_header_the_same_is_said_of_the_first_number(string content, string message)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Load(content, o => o with { Header = false, Delimiter = "," }));
        Assert.Contains($"line 1: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\ufeffx,y\n1,2\n3,5\n")]
    [InlineData("x,y\r\n1,2\r\n3,5\r\n")]
    [InlineData("x,y\r1,2\r3,5")]
    [InlineData("\"x\",\"y\"\n\"1\",\"2\"\n\"3\",\"5\"")]
    [InlineData("\n\n x , y \n\n 1 , 2 \n3,5\n   \n")]
    public void However_a_table_is_written_it_is_the_same_table(string content)
    {
        DataSet set = Load(content, o => o with { Standardize = false });
        Assert.Equal(["x", "y"], set.Description.Columns);
        Assert.Equal([1, 2, 3, 5], set.Train.data<double>().ToArray());
    }

    [Fact]
    public void Names_may_be_in_any_script_and_numbers_of_any_size_and_sign()
    {
        DataSet set = Load("größe,\u03c3\u00b2,\"a \"\"b\"\"\"\n-0,1e308,5e-324\n1,-1e308,0\n", o => o with { Standardize = false });
        Assert.Equal(["größe", "\u03c3\u00b2", "a \"b\""], set.Description.Columns);
        Assert.Equal([0, 1e308, 5e-324, 1, -1e308, 0], set.Train.data<double>().ToArray());
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("14.62")]
    [InlineData("-11.512925464970229")]
    [InlineData("100")]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("1e-320")]
    [InlineData("1e200")]
    [InlineData("1e308")]
    public void A_constant_column_is_refused_whatever_the_constant(string constant)
    {
        foreach (int rows in (int[])[2, 3, 7, 60, 1000])
        {
            string content = "x,y\n" + string.Concat(Enumerable.Range(0, rows).Select(i => FormattableString.Invariant($"{i},{constant}\n")));
            Assert.Contains(
                "column 'y' is constant and cannot be standardised",
                Assert.Throws<InvalidDataException>(() => Load(content)).Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1e5, 1e-9)]
    [InlineData(-1e6, 1e-8)]
    [InlineData(1e9, 1e-6)]
    [InlineData(-1e12, 1e-3)]
    public void A_large_offset_changes_nothing_but_the_mean(double offset, double tolerance)
    {
        // As exact as float64 numbers of that size can be.
        double[] plain = Standardised(0, 1), moved = Standardised(offset, 1);
        Assert.All(plain.Zip(moved), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    [Theory]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    [InlineData(1e-290)]
    [InlineData(1e299)]
    public void A_unit_of_any_order_of_magnitude_changes_nothing_but_the_scale(double unit)
    {
        double[] plain = Standardised(3, 1), scaled = Standardised(3, unit);
        Assert.All(plain.Zip(scaled), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Theory]
    [InlineData("1e308", "-1e308", "reaches 1e+308, which is too large to be standardised (1e+300 is the limit)")]
    [InlineData("1e-310", "2e-310", "which is too small to be standardised (1e-300 is the limit)")]
    [InlineData("1e16", "10000000000000002", "where float64 numbers lie 2 apart")]
    [InlineData("0.1", "0.10000000000000002", "too coarse to be standardised")]
    public void What_float64_cannot_standardise_is_refused(string first, string second, string message)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Load($"x,y\n1,{first}\n2,{second}\n3,{first}\n"));
        Assert.Contains("column 'y'", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_standardised_column_keeps_every_digit_of_the_plain_formula()
    {
        // Models were trained on these numbers, and their runs are to be replayed bit by bit.
        double[] column = [.. Enumerable.Range(0, 200).Select(i => 70.9 + (13.6 * Math.Sin(i * 1.7)))];
        double mean = 0, variance = 0;
        foreach (double value in column)
            mean += value / column.Length;
        foreach (double value in column)
            variance += (value - mean) * (value - mean) / column.Length;
        DataSet set = Load("x\n" + string.Join('\n', column.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        Assert.Equal((mean, Math.Sqrt(variance)), (set.Description.Standardization!.Mean[0], set.Description.Standardization.Scale[0]));
        Assert.Equal(column.Select(value => (value - mean) / Math.Sqrt(variance)), set.Train.data<double>().ToArray());
    }

    [Fact]
    public void A_line_of_any_length_is_refused_early()
    {
        string path = Path.Combine(_folder, "wide.csv");
        using (StreamWriter writer = new(path))
        {
            for (int i = 0; i < 200; i++)
                writer.Write(string.Concat(Enumerable.Repeat("1,", 100_000)));
        }

        long before = GC.GetTotalAllocatedBytes();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => new CsvDataSource(new CsvOptions { Path = path }).Load());
        Assert.Contains("wide.csv, line 1: longer than 16 million characters", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1L << 30);

        File.WriteAllText(path, string.Concat(Enumerable.Repeat("1,", 200_000)));
        Assert.Contains(
            "line 1: 200001 columns, where 100000 are the most",
            Assert.Throws<InvalidDataException>(() => new CsvDataSource(new CsvOptions { Path = path }).Load()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_is_refused()
    {
        string path = Path.Combine(_folder, "data.csv.gz");
        File.WriteAllBytes(path, [0x1f, 0x8b, 8, 0, 0xff, 0xfe, 0x80, 0x81]);
        Assert.Contains(
            "data.csv.gz, line 1 or later: the bytes are not UTF-8 text",
            Assert.Throws<InvalidDataException>(() => new CsvDataSource(new CsvOptions { Path = path }).Load()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_asked_for_twice_is_refused() =>
        Assert.Contains(
            "\"columns\" names 'a' twice",
            Assert.Throws<InvalidDataException>(() => Load("a,b\n1,2\n", o => o with { Columns = ["a", "b", "a"] })).Message,
            StringComparison.Ordinal);

    private double[] Standardised(double offset, double unit) =>
        Load("x\n" + string.Join('\n', Enumerable.Range(0, 60)
            .Select(i => ((offset + (Math.Sin(i * 1.7) * (1 + (i % 3)))) * unit).ToString("R", CultureInfo.InvariantCulture)))).Train.data<double>().ToArray();

    [Fact]
    public void A_column_that_is_not_there_is_answered_with_those_that_are()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Load("a,b\n1,2\n", o => o with { Columns = ["c"] }));
        Assert.Contains("there is no column 'c'; the columns are a, b", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_Faithful_is_what_its_page_says()
    {
        string folder = Path.Combine(Repository.Root, "experiments", "data");
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
}

using System.Text;
using Diffusion.Experiments.Manifests;
using Xunit;

namespace Diffusion.Tests.Manifests;

public sealed class ManifestParserTests
{
    private static readonly ManifestSource Source = new("a.json", "/");

    private static (ManifestNode? Root, string[] Problems) Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    private static (ManifestNode? Root, string[] Problems) Parse(byte[] utf8)
    {
        ManifestProblems problems = new();
        ManifestNode? root = ManifestParser.ParseFile(utf8, Source, problems);
        try
        {
            problems.ThrowIfAny();
            return (root, []);
        }
        catch (ManifestException e)
        {
            return (root, [.. e.Problems.Select(p => p.ToString())]);
        }
    }

    private static string Place(ManifestNode node) => $"{node.Origin.Line}:{node.Origin.Column} {node.Origin.Path}";

    [Fact]
    public void Every_node_knows_its_line_column_and_path()
    {
        (ManifestNode? root, _) = Parse("{\n  \"a\": [1,\n    {\"b c\": \"x\"}],\n\t\"d\": null }");
        Assert.Equal("1:1 $", Place(root!));
        Assert.Equal("2:8 $.a", Place(root!["a"]!));
        Assert.Equal("2:9 $.a[0]", Place(root["a"]!.Items[0]));
        Assert.Equal("3:13 $.a[1]['b c']", Place(root["a"]!.Items[1]["b c"]!));
        Assert.Equal("4:7 $.d", Place(root["d"]!));
    }

    [Fact]
    public void Columns_count_characters_also_after_wide_ones_and_a_byte_order_mark()
    {
        (ManifestNode? root, _) = Parse([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("{ \"σ\": 1, \"b\": 2 }")]);
        Assert.Equal("1:16 $.b", Place(root!["b"]!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_in_another_encoding_is_named_as_such(bool isBigEndian)
    {
        var encoding = new UnicodeEncoding(isBigEndian, byteOrderMark: true);
        Assert.Equal(["a.json  is saved as UTF-16; save it as UTF-8"], Parse([.. encoding.Preamble, .. encoding.GetBytes("{ \"a\": 1 }")]).Problems);
    }

    [Fact]
    public void Comments_and_trailing_commas_are_allowed()
    {
        (ManifestNode? root, string[] problems) = Parse("// first\n{ \"a\": [1, /* two */ 2,], }");
        Assert.Empty(problems);
        Assert.Equal(["1", "2"], root!["a"]!.Items.Select(i => i.Text));
    }

    [Theory]
    [InlineData("{ \"a\" /* key */ : 1 }", "1:19 $.a", "1")]
    [InlineData("{ \"a\" // key\n : 1 }", "2:4 $.a", "1")]
    [InlineData("{ /* σ\n \" */ \"a\": /**/ 1 // {\n} // end", "2:17 $.a", "1")]
    [InlineData("{ \"a\": \"\\\"/* no // comment */\" }", "1:8 $.a", "\"/* no // comment */")]
    [InlineData("/* first */ { \"a\"\r: 1 }//", "1:21 $.a", "1")]
    public void Comments_may_stand_between_any_two_parts_and_move_no_place(string text, string place, string value)
    {
        (ManifestNode? root, string[] problems) = Parse(text);
        Assert.Empty(problems);
        Assert.Equal((place, value), (Place(root!["a"]!), root["a"]!.Text));
    }

    [Fact]
    public void A_doubled_key_is_a_problem_with_both_places()
    {
        (_, string[] problems) = Parse("{ \"a\": 1,\n  \"a\": 2, \"b\": { \"c\": 1, \"c\": 2, \"c\": 3 } }");
        Assert.Equal(
            [
                "a.json:2:3  $.a  key 'a' is stated twice; first at line 1, column 3",
                "a.json:2:26  $.b.c  key 'c' is stated twice; first at line 2, column 18",
                "a.json:2:34  $.b.c  key 'c' is stated twice; first at line 2, column 18",
            ],
            problems);
    }

    [Theory]
    [InlineData("{ \"σ\": x }", "a.json:1:8  not valid JSON: 'x' is an invalid start of a value.")]
    [InlineData("{\n  \"a\": 1\n  \"b\": 2\n}", "a.json:3:3  not valid JSON: '\"' is invalid after a value. Expected either ',', '}', or ']'.")]
    [InlineData("", "a.json  is empty; a JSON object is expected")]
    [InlineData("{ \"a\": 1 /* open }", "a.json:1:10  not valid JSON: Expected end of comment, but instead reached end of data.")]
    [InlineData("{ \"a\": / 1 }", "a.json:1:8  not valid JSON: '/' is an invalid start of a value.")]
    [InlineData("{} {}", "a.json:1:4  not valid JSON: '{' is invalid after a single JSON value. Expected end of data.")]
    [InlineData("{ \"a\": \"\\ud800\" }", "a.json  not valid JSON: a string holds bytes or escapes that are not valid text")]
    public void What_is_not_JSON_is_one_problem_with_its_place(string text, string problem)
    {
        (ManifestNode? root, string[] problems) = Parse(text);
        Assert.Null(root);
        Assert.Equal([problem], problems);
    }
}

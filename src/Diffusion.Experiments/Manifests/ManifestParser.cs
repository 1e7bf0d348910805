using System.Text;
using System.Text.Json;

namespace Diffusion.Experiments.Manifests;

/// <summary>Reads JSON (comments and trailing commas allowed) into nodes that know their place. Doubled keys are problems.</summary>
internal ref struct ManifestParser
{
    private const int LongestKey = 1000;
    private const int MostKeys = 10_000;
    private const string BrokenText = "a string holds bytes or escapes that are not valid text";

    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly ReadOnlySpan<byte> _utf8;
    private readonly ManifestSource _source;
    private readonly bool _hasLines;
    private readonly ManifestProblems _problems;
    private Utf8JsonReader _reader;
    private int _line;
    private int _lineScanned;
    private int _columnScanned;
    private int _column;

    private ManifestParser(ReadOnlySpan<byte> utf8, ManifestSource source, bool hasLines, ManifestProblems problems)
    {
        _utf8 = utf8;
        _source = source;
        _hasLines = hasLines;
        _problems = problems;
        _reader = new(WithoutComments(utf8), Options);
        _line = 1;
    }

    /// <summary>Reads a file's content.</summary>
    /// <returns>Null, with a problem added, when it is not JSON.</returns>
    public static ManifestNode? ParseFile(ReadOnlySpan<byte> utf8, ManifestSource source, ManifestProblems problems)
    {
        ReadOnlySpan<byte> content = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        if (content.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            problems.Add(new(source.Name, 0, 0, "", "is empty; a JSON object is expected"));
            return null;
        }

        if (utf8.StartsWith(Encoding.Unicode.Preamble) || utf8.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            problems.Add(new(source.Name, 0, 0, "", "is saved as UTF-16; save it as UTF-8"));
            return null;
        }

        ManifestParser parser = new(content, source, hasLines: true, problems);
        try
        {
            return parser.ParseDocument(JsonPlace.At("$"));
        }
        catch (JsonException e)
        {
            int line = (int)(e.LineNumber ?? 0);
            problems.Add(new(source.Name, line + 1, ColumnOf(content, line, (int)(e.BytePositionInLine ?? 0)), "", $"not valid JSON: {Reason(e)}"));
        }
        catch (InvalidOperationException)
        {
            problems.Add(new(source.Name, 0, 0, "", $"not valid JSON: {BrokenText}"));
        }

        return null;
    }

    /// <summary>Reads a value given on the command line: JSON or, because shells make it hard to write quotes, a bare word.</summary>
    /// <param name="text">The value.</param>
    /// <param name="place">What it was given with and where it goes.</param>
    /// <param name="problems">Where doubled keys and broken JSON go.</param>
    /// <returns>Null, with a problem added, when the text begins as JSON does and is none.</returns>
    public static ManifestNode? ParseArgument(string text, ManifestOrigin place, ManifestProblems problems)
    {
        try
        {
            ManifestParser parser = new(Encoding.UTF8.GetBytes(text), place.Source, hasLines: false, problems);
            return parser.ParseDocument(place.Place);
        }
        catch (JsonException e)
        {
            if (text.TrimStart() is not ['{' or '[' or '"', ..])
                return ManifestNode.Scalar(ManifestNodeKind.String, text, place);
            problems.Add(place, $"not valid JSON: {Reason(e)}");
        }
        catch (InvalidOperationException)
        {
            problems.Add(place, $"not valid JSON: {BrokenText}");
        }

        return null;
    }

    // The reader refuses a comment between a key and its colon. Blanks in the place of comments leave everything else where it is.
    private static ReadOnlySpan<byte> WithoutComments(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.Contains((byte)'/'))
            return utf8;
        byte[] blanked = utf8.ToArray();
        bool isText = false;
        for (int i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == (byte)'\\' && isText)
            {
                i++;
            }
            else if (utf8[i] == (byte)'"')
            {
                isText = !isText;
            }
            else if (!isText && CommentLength(utf8[i..]) is > 0 and int length)
            {
                Span<byte> comment = blanked.AsSpan(i, length);
                for (int j = 0; j < length; j++)
                    comment[j] = comment[j] is (byte)'\n' or (byte)'\r' ? comment[j] : (byte)' ';
                i += length - 1;
            }
        }

        return blanked;
    }

    // 0 where none begins or it has no end, which is then the reader's to tell.
    private static int CommentLength(ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("//"u8))
            return rest.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and int end ? end : rest.Length;
        return rest.StartsWith("/*"u8) && rest[2..].IndexOf("*/"u8) is >= 0 and int length ? length + 4 : 0;
    }

    // The exception's message repeats the position in its own way.
    private static string Reason(JsonException exception)
    {
        string message = exception.Message;
        int position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return position < 0 ? message : message[..position];
    }

    private ManifestNode ParseDocument(JsonPlace place)
    {
        _reader.Read();
        ManifestNode node = Parse(place);
        _reader.Read();
        return node;
    }

    private ManifestNode Parse(JsonPlace place)
    {
        ManifestOrigin origin = Here(place);
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ParseObject(place, origin);
            case JsonTokenType.StartArray:
                List<ManifestNode> items = [];
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Parse(place.Child(items.Count)));
                return ManifestNode.Array(items, origin);
            case JsonTokenType.String:
                return ManifestNode.Scalar(ManifestNodeKind.String, _reader.GetString()!, origin);
            case JsonTokenType.Number:
                return ManifestNode.Scalar(ManifestNodeKind.Number, Encoding.UTF8.GetString(_reader.ValueSpan), origin);
            case JsonTokenType.True or JsonTokenType.False:
                return ManifestNode.Scalar(ManifestNodeKind.Boolean, _reader.TokenType == JsonTokenType.True ? "true" : "false", origin);
            default:
                return ManifestNode.Scalar(ManifestNodeKind.Null, "null", origin);
        }
    }

    private ManifestNode ParseObject(JsonPlace place, ManifestOrigin origin)
    {
        List<ManifestMember> members = [];
        Dictionary<string, ManifestOrigin> seen = new(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            string key = _reader.GetString()!;
            bool isTooLong = key.Length > LongestKey;
            ManifestOrigin nameOrigin = Here(place.Child(isTooLong ? $"{key[..20]}…" : key));
            _reader.Read();
            ManifestMember member = new(key, nameOrigin, Parse(nameOrigin.Place));
            if (isTooLong)
                _problems.Add(nameOrigin, $"a key of {key.Length} characters; the limit is {LongestKey}");
            else if (members.Count == MostKeys)
                _problems.Add(origin, $"an object of more than {MostKeys} keys, which is the limit");
            else if (seen.TryAdd(key, nameOrigin))
                members.Add(member);
            else
                _problems.Add(nameOrigin, $"key '{key}' is stated twice{FirstPlace(seen[key])}");
        }

        return ManifestNode.Object(members, origin);
    }

    private static string FirstPlace(ManifestOrigin first) => first.Line > 0 ? $"; first at line {first.Line}, column {first.Column}" : "";

    private ManifestOrigin Here(JsonPlace place)
    {
        if (!_hasLines)
            return new(_source, 0, 0, place);

        int offset = (int)_reader.TokenStartIndex;
        for (; _lineScanned < offset; _lineScanned++)
        {
            if (_utf8[_lineScanned] == (byte)'\n')
            {
                _line++;
                _columnScanned = _lineScanned + 1;
                _column = 0;
            }
        }

        // Counted on from the last place, so that a long line is read once.
        _column += Encoding.UTF8.GetCharCount(_utf8[_columnScanned..offset]);
        _columnScanned = offset;
        return new(_source, _line, _column + 1, place);
    }

    private static int ColumnOf(ReadOnlySpan<byte> utf8, int line, int byteInLine)
    {
        for (; line > 0; line--)
            utf8 = utf8[(utf8.IndexOf((byte)'\n') + 1)..];
        return Encoding.UTF8.GetCharCount(utf8[..Math.Min(byteInLine, utf8.Length)]) + 1;
    }
}

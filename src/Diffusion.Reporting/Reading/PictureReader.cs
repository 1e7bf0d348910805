using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Diffusion.Reporting.Reading;

/// <summary>Reads the pictures of samples that cells leave: points rather than markup, so that many fit into a report and nothing foreign does.</summary>
internal static class PictureReader
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = 4_000_000,
    };

    /// <summary>A picture; null where there is none, or another one.</summary>
    public static SamplePicture? Find(string path)
    {
        try
        {
            using var reader = XmlReader.Create(path, Settings);
            XElement root = XDocument.Load(reader).Root!;
            XNamespace svg = "http://www.w3.org/2000/svg";
            double[]? box = root.Attribute("viewBox")?.Value.Split(' ').Select(Number).ToArray();
            XElement[] groups = [.. root.Elements(svg + "g")];
            if (box is not [_, _, > 0, > 0] || groups.Length < 3)
                return null;
            return new(
                Points(groups[1], svg, box), Points(groups[0], svg, box), [.. groups[2].Elements(svg + "text").Select(text => text.Value)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException or FormatException or NullReferenceException)
        {
            return null;
        }
    }

    private static double[] Points(XElement group, XNamespace svg, double[] box) => [.. group.Elements(svg + "circle")
        .SelectMany(circle => new[] { Number(circle.Attribute("cx")!.Value) / box[2], Number(circle.Attribute("cy")!.Value) / box[3] })];

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}

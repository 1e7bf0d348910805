using System.Security;
using System.Xml;

namespace Diffusion.Experiments.Reporting;

/// <summary>Texts in pictures.</summary>
internal static class SvgText
{
    /// <summary>A text as XML has it. Control characters have no place in XML.</summary>
    public static string Escape(string text) => SecurityElement.Escape(string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : ' ')));
}

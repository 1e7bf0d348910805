using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Diffusion.Host.Commands;

/// <summary>Options that take a whole number within bounds, and say so where they are given something else.</summary>
internal static class WholeNumber
{
    /// <summary>An option that may be left out.</summary>
    public static Option<int?> Option(string name, string description, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(result, name, least, most),
    };

    private static int? Parse(ArgumentResult result, string name, int least, int most)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
            return number;
        result.AddError($"{name} {text}: expected a whole number from {least}{(most == int.MaxValue ? "" : FormattableString.Invariant($" to {most}"))}");
        return null;
    }
}

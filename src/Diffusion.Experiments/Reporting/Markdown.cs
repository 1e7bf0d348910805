using System.Text;

namespace Diffusion.Experiments.Reporting;

/// <summary>Texts of manifests and components as they stand in Markdown: shown as they are, whatever they hold.</summary>
public static class Markdown
{
    /// <summary>A text in a table's cell or a heading, on one line.</summary>
    public static string Inline(string text) => Text(text.ReplaceLineEndings(" "));

    /// <summary>A text of several lines. Markup, HTML and tables in it are shown rather than obeyed; control characters become blanks.</summary>
    public static string Text(string text)
    {
        StringBuilder shown = new(text.Length);
        foreach (char c in text)
        {
            if (c is '<' or '>' or '&')
                shown.Append(c switch { '<' => "&lt;", '>' => "&gt;", _ => "&amp;" });
            else if (c is '|' or '\\' or '`' or '[' or ']' or '!')
                shown.Append('\\').Append(c);
            else
                shown.Append(char.IsControl(c) && c is not ('\n' or '\t') ? ' ' : c);
        }

        return shown.ToString();
    }
}

using Diffusion.Experiments.Reporting;
using Diffusion.Host.Views;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>Texts of strangers are shown where they stand and never obeyed.</summary>
public sealed class ShownTextTests
{
    [Theory]
    [InlineData("plain text, µ ± σ", "plain text, µ ± σ")]
    [InlineData("a\tb\nc\r\n", "a\tb\nc\r\n")]
    [InlineData("\u001b[31mred\u0007", "␛[31mred␇")]
    [InlineData("\u009b31m\u007f", "\ufffd31m␡")]
    [InlineData("abc\u202edcba\u2066", "abc\ufffddcba\ufffd")]
    public void A_terminal_is_given_no_commands(string text, string shown) => Assert.Equal(shown, Terminal.Plain(text));

    [Theory]
    [InlineData("plain text, µ ± σ", "plain text, µ ± σ")]
    [InlineData("<script>alert(1)</script> & so on", "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on")]
    [InlineData("a | b", @"a \| b")]
    [InlineData("![x](http://y) `z`", @"\!\[x\](http://y) \`z\`")]
    [InlineData("\u001b[31m", @" \[31m")]
    [InlineData("two\r\nlines", "two lines")]
    public void A_table_is_given_no_markup(string text, string shown) => Assert.Equal(shown, Markdown.Inline(text));
}

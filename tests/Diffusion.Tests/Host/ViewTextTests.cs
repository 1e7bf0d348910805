using Diffusion.Host.Views;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>Times, errors and wide tables for people.</summary>
public sealed class ViewTextTests
{
    [Theory]
    [InlineData(0.84, "0.8 s")]
    [InlineData(9.97, "10 s")]
    [InlineData(89.4, "89 s")]
    [InlineData(89.6, "1 min 30 s")]
    [InlineData(120, "2 min")]
    [InlineData(3569, "59 min 30 s")]
    [InlineData(3600, "1 h")]
    [InlineData(7500, "2 h 5 min")]
    [InlineData(200_000, "2 d 8 h")]
    public void Durations(double seconds, string text) => Assert.Equal(text, Duration.Text(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.01, "about 1 s left")]
    [InlineData(12.4, "about 12 s left")]
    [InlineData(43, "about 40 s left")]
    [InlineData(203, "about 3 min 20 s left")]
    [InlineData(4000, "about 1 h 7 min left")]
    public void Forecasts_are_told_to_the_digits_they_have(double seconds, string text) => Assert.Equal(text, Duration.Left(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void An_error_is_told_by_its_first_line_and_not_at_any_length()
    {
        Assert.Equal("no such device", Headline.FirstLine("no such device\nframe 0: c10::Error"));
        Assert.Equal(240, Headline.FirstLine(new string('x', 1000)).Length);
        Assert.Equal("", Headline.FirstLine(null));
    }

    [Theory]
    [InlineData(int.MaxValue, "0 1 2 3 4")]
    [InlineData(40, "0 1 2 3|0 1 4")]
    [InlineData(30, "0 1 2|0 1 3|0 1 4")]
    [InlineData(5, "0 1 2|0 1 3|0 1 4")]
    public void A_table_that_is_too_wide_is_split_and_its_labels_are_repeated(int width, string parts) =>
        Assert.Equal(parts, string.Join('|', Table.Parts([10, 10, 10, 10, 10], 2, width).Select(part => string.Join(' ', part))));
}

using Diffusion.Host.Views;
using Xunit;

namespace Diffusion.Tests.Host;

/// <summary>Estimates say no more than they know.</summary>
public sealed class AmountsTests
{
    [Theory]
    [InlineData(0.2, "under 1 s")]
    [InlineData(1, "1 s")]
    [InlineData(1.26, "1.3 s")]
    [InlineData(47.4, "47 s")]
    [InlineData(89, "89 s")]
    [InlineData(90, "1.5 min")]
    [InlineData(754, "13 min")]
    [InlineData(5_399, "90 min")]
    [InlineData(5_500, "1.5 h")]
    [InlineData(86_400, "24 h")]
    [InlineData(1e6, "12 d")]
    [InlineData(12_345_678, "140 d")]
    public void Durations_have_two_digits_and_a_unit_that_fits(double seconds, string expected) => Assert.Equal(expected, Amounts.Duration(seconds));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(830, "830 B")]
    [InlineData(999, "1 kB")]
    [InlineData(1_250_000, "1.2 MB")]
    [InlineData(73_400_000, "73 MB")]
    [InlineData(5_100_000_000_000, "5.1 TB")]
    public void Sizes_have_two_digits_and_a_unit_that_fits(long bytes, string expected) => Assert.Equal(expected, Amounts.Bytes(bytes));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(12_345, "12,345")]
    [InlineData(5_550_000, "5.55e6")]
    [InlineData(4.291e8, "4.29e8")]
    public void Counts_of_many_are_rounded(double count, string expected) => Assert.Equal(expected, Amounts.Count(count));

    [Theory]
    [InlineData(0.031, "+3.1 %")]
    [InlineData(-1.6969, "-170 %")]
    [InlineData(0.00002, "+0.002 %")]
    [InlineData(2e-9, "+2e-7 %")]
    [InlineData(double.NaN, "")]
    public void Relative_differences_have_two_digits(double relative, string expected) => Assert.Equal(expected, DiffView.Percent(relative));
}

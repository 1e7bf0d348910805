using System.Globalization;
using Diffusion.Experiments.Components;
using FsCheck.Fluent;
using Xunit;

namespace Diffusion.Tests.Components;

/// <summary>One text a number and one number a text: keys and labels are made of them.</summary>
public sealed class NumberTextPropertyTests
{
    // The ways in which one number can be written with all of its digits.
    private static string[] Spellings(double value) =>
        [.. new[] { "R", "G17", "E16", "e20" }.Select(format => value.ToString(format, CultureInfo.InvariantCulture))];

    [Fact]
    public void A_text_is_read_back_as_the_same_number() =>
        Properties.Hold(Properties.Doubles, value => double.Parse(NumberText.Format(value), CultureInfo.InvariantCulture).Equals(value));

    [Fact]
    public void A_number_has_one_text_however_it_is_written() => Properties.Hold(
        Properties.Doubles.Where(value => !double.IsInteger(value) || Math.Abs(value) < 1L << 53),
        value => Spellings(value).Select(NumberText.FormatJson).Distinct().Count() == 1
            && Spellings(value).Select(NumberText.Canonical).Distinct().Count() == 1);

    [Fact]
    public void Numbers_that_differ_in_their_last_bit_have_two_texts() => Properties.Hold(
        Properties.Doubles.Where(value => Math.Abs(value) < double.MaxValue),
        value => NumberText.Format(value) != NumberText.Format(Math.BitIncrement(value))
            && NumberText.FormatJson(NumberText.Format(value)) != NumberText.FormatJson(NumberText.Format(Math.BitIncrement(value))));

    [Fact]
    public void A_whole_number_of_64_bits_keeps_its_digits() => Properties.Hold(
        Properties.Doubles.Select(BitConverter.DoubleToInt64Bits),
        number => new[] { $"{number}", $"{number}.0", $"{number}e0", $"{number}.000E+0" }.All(text => NumberText.FormatJson(text) == $"{number}"));

    [Fact]
    public void What_a_rounding_error_away_from_a_round_number_lies_is_that_number() => Properties.Hold(
        Gen.Choose(1, 999_999_999).Zip(Gen.Choose(-40, 40)),
        parts =>
        {
            double round = double.Parse(string.Create(CultureInfo.InvariantCulture, $"{parts.Item1}e{parts.Item2}"), CultureInfo.InvariantCulture);
            return new[] { round, Math.BitIncrement(round), Math.BitDecrement(round) }
                .All(near => NumberText.Rounded(near).Equals(round) && NumberText.Rounded(-near).Equals(-round));
        });

    [Fact]
    public void Rounding_moves_no_number_further_than_its_error_and_none_twice() => Properties.Hold(
        Properties.Doubles,
        value =>
            NumberText.Rounded(value) is var rounded && Math.Abs(rounded - value) <= 1e-14 * Math.Abs(value) && NumberText.Rounded(rounded).Equals(rounded));
}

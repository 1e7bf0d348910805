using Diffusion.Core.Randomness;
using Xunit;

namespace Diffusion.Tests.Core;

public sealed class PhiloxTests
{
    // Known answers published with the Random123 library (philox4x32, 10 rounds).
    [Theory]
    [InlineData(0x0000000000000000UL, 0x0000000000000000UL, 0x0000000000000000UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffffffffffUL, 0xffffffffffffffffUL, 0xffffffffffffffffUL, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x299f31d0a4093822UL, 0x85a308d3243f6a88UL, 0x0370734413198a2eUL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Words_equal_the_published_known_answers(ulong key, ulong block, ulong place, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), new Philox(key).Words(block, place));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 10)]
    [InlineData(4093, 5000)]
    public void A_range_of_normals_does_not_depend_on_how_it_is_split(int first, int count)
    {
        var philox = new Philox(42);
        double[] whole = new double[first + count];
        philox.FillNormal(whole, 0, place: 7);
        double[] part = new double[count];
        philox.FillNormal(part, first, place: 7);
        Assert.Equal(whole[first..], part);
    }

    [Fact]
    public void Normals_have_the_moments_and_tails_of_a_normal()
    {
        double[] values = new double[400_000];
        new Philox(1).FillNormal(values, 0, place: 0);

        // Five standard errors of each moment: false alarm below 1e-6 per line, and the seed is fixed.
        double root = Math.Sqrt(values.Length);
        Assert.InRange(values.Average(), -5 / root, 5 / root);
        Assert.InRange(values.Average(v => v * v) - 1, -5 * Math.Sqrt(2) / root, 5 * Math.Sqrt(2) / root);
        Assert.InRange(values.Average(v => v * v * v), -5 * Math.Sqrt(15) / root, 5 * Math.Sqrt(15) / root);
        Assert.InRange(values.Average(v => v * v * v * v) - 3, -5 * Math.Sqrt(96) / root, 5 * Math.Sqrt(96) / root);
        Assert.InRange(values.Count(v => v > 3) / (double)values.Length, 0.00135 * 0.8, 0.00135 * 1.2);
    }

    [Fact]
    public void Keys_of_different_purposes_differ()
    {
        ulong[] keys = [.. from seed in new ulong[]
        {
            0,
            1,
            2,
        } from purpose in new ulong[] { 1, 2, 3 } from detail in new ulong[] { 0, 1, 2 } select Philox.DeriveKey(seed, purpose, detail)];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Indices_stay_in_range_and_reach_both_ends()
    {
        long[] indices = new long[2000];
        new Philox(3).FillIndices(indices, 7, place: 1);
        Assert.Equal([0L, 1, 2, 3, 4, 5, 6], indices.Distinct().Order());
    }
}

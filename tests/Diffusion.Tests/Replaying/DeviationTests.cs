using Diffusion.Experiments.Replaying;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Replaying;

/// <summary>Bits, rounding and everything else are told apart.</summary>
public sealed class DeviationTests
{
    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void The_same_number_is_no_deviation(double before, double after) => Assert.Null(Deviation.Between("x", before, after, 1e-4));

    [Theory]
    [InlineData(1000, 1000.05, Agreement.WithinRounding)]
    [InlineData(1000, 1000.2, Agreement.Different)]
    [InlineData(1e-7, 2e-7, Agreement.WithinRounding)]
    [InlineData(0.0, -0.0, Agreement.WithinRounding)]
    [InlineData(1, double.NaN, Agreement.Different)]
    [InlineData(1, double.PositiveInfinity, Agreement.Different)]
    public void Other_numbers_are_within_rounding_or_not(double before, double after, Agreement expected) =>
        Assert.Equal(expected, Deviation.Between("x", before, after, 1e-4)!.Agreement);

    [Fact]
    public void How_far_numbers_are_apart_is_told()
    {
        Deviation deviation = Deviation.Between("x", 4, 5, 1e-4)!;
        Assert.Equal(1, deviation.Absolute);
        Assert.Equal(0.2, deviation.Relative);
    }

    [Fact]
    public void A_number_that_is_not_there_is_different()
    {
        Assert.Null(Deviation.Between("x", null, null, 1e-4));
        Assert.Equal(Agreement.Different, Deviation.Between("x", 1, null, 1e-4)!.Agreement);
        Assert.Equal(Agreement.Different, Deviation.Between("error", null, "diverged")!.Agreement);
    }

    [Fact]
    public void Tensors_are_compared_at_their_largest_difference()
    {
        using Tensor before = tensor(new[] { 100.0, 1.0 });
        using Tensor near = tensor(new[] { 100.0, 1.005 });
        using Tensor far = tensor(new[] { 100.0, 1.05 });
        using Tensor other = tensor(new[] { 100.0 });
        Deviation deviation = Deviation.Between("samples", before, near, 1e-4);
        Assert.Equal(Agreement.WithinRounding, deviation.Agreement);
        Assert.Equal(0.005, deviation.Absolute!.Value, 1e-12);
        Assert.Equal(0.00005, deviation.Relative!.Value, 1e-12);
        Assert.Equal(Agreement.Different, Deviation.Between("samples", before, far, 1e-4).Agreement);
        Assert.Equal(Agreement.Different, Deviation.Between("samples", before, other, 1e-4).Agreement);
    }
}

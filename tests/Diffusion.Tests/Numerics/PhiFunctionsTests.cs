using System.Text.Json;
using Diffusion.Numerics;
using Xunit;

namespace Diffusion.Tests.Numerics;

public sealed class PhiFunctionsTests
{
    [Fact]
    public void Values_agree_with_the_reference_to_the_last_digits()
    {
        foreach (JsonElement row in NumericsReference.Load().GetProperty("phi").EnumerateArray())
        {
            (int order, double z, double expected) =
                (row.GetProperty("order").GetInt32(), row.GetProperty("z").GetDouble(), row.GetProperty("value").GetDouble());
            Assert.Equal(expected, PhiFunctions.Phi(order, z), 5e-15 * Math.Abs(expected));
        }
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, 1.0)]
    [InlineData(2, 0.5)]
    [InlineData(4, 1.0 / 24)]
    public void At_zero_they_are_inverse_factorials(int order, double expected) => Assert.Equal(expected, PhiFunctions.Phi(order, 0), 1e-17);

    [Fact]
    public void A_negative_order_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => PhiFunctions.Phi(-1, 1));
}

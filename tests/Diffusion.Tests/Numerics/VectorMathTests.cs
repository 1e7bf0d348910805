using System.Numerics;
using Xunit;

namespace Diffusion.Tests.Numerics;

/// <summary>Arithmetic of hot loops against that of the library.</summary>
public sealed class VectorMathTests
{
    [Fact]
    public void Powers_of_two_are_those_of_the_library_to_rounding_over_the_whole_range()
    {
        for (double x = -1021.7; x < 1022.9; x += 0.37)
        {
            double expected = Math.Pow(2, x);
            Assert.Equal(1, VectorMath.Exp2(new Vector<double>(x))[0] / expected, 4e-16);
        }

        for (float x = -125.7f; x < 126.9f; x += 0.37f)
            Assert.Equal(1, VectorMath.Exp2(new Vector<float>(x))[0] / Math.Pow(2, x), 2e-7);
        Assert.Equal(Math.Pow(2, -1022), VectorMath.Exp2(new Vector<double>(-5000))[0]);
        Assert.Equal(Math.Pow(2, -126), VectorMath.Exp2(new Vector<float>(-5000f))[0]);
    }
}

using Xunit;

namespace Diffusion.Plugins.Tests.Schedules;

/// <summary>Against values by mpmath with 30 digits.</summary>
public sealed class PreciseMathTests
{
    private const double Ulps = 1e-15;

    [Theory]
    [InlineData(1e-300, 1e-300)]
    [InlineData(1e-10, 1.00000000005e-10)]
    [InlineData(-1e-5, -9.9999500001666671e-6)]
    [InlineData(0.3, 0.34985880757600308)]
    [InlineData(-0.99, -0.62842330897795431)]
    [InlineData(2.5, 11.182493960703473)]
    [InlineData(-40.0, -1.0)]
    [InlineData(double.NegativeInfinity, -1.0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void Expm1(double x, double expected) => AssertNear(expected, PreciseMath.Expm1(x));

    [Theory]
    [InlineData(1e-300, 1e-300)]
    [InlineData(1e-10, 9.9999999995e-11)]
    [InlineData(-1e-5, -1.0000050000333334e-5)]
    [InlineData(0.3, 0.26236426446749106)]
    [InlineData(-0.45, -0.597837000755620449)]
    [InlineData(0.7, 0.53062825106217039)]
    [InlineData(1e20, 46.051701859880914)]
    [InlineData(-1.0, double.NegativeInfinity)]
    public void Log1p(double x, double expected) => AssertNear(expected, PreciseMath.Log1p(x));

    [Theory]
    [InlineData(-800.0, 0.0)]
    [InlineData(-30.0, 9.357622968839737e-14)]
    [InlineData(0.0, 0.69314718055994531)]
    [InlineData(3.0, 3.0485873515737420)]
    [InlineData(900.0, 900.0)]
    public void Softplus(double x, double expected) => AssertNear(expected, PreciseMath.Softplus(x));

    private static void AssertNear(double expected, double actual)
    {
        if (double.IsInfinity(expected))
            Assert.Equal(expected, actual);
        else
            Assert.Equal(expected, actual, Ulps * Math.Abs(expected));
    }
}

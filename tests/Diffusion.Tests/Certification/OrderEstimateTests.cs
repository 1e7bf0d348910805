using Xunit;

namespace Diffusion.Tests.Certification;

public sealed class OrderEstimateTests
{
    [Fact]
    public void A_pure_power_is_measured_exactly()
    {
        OrderEstimate estimate = OrderEstimate.Measure(4, 5, n => 3 * Math.Pow(n, -2.5));
        Assert.Equal(2.5, estimate.Order, 1e-12);
        Assert.Equal(0, estimate.HalfWidth, 1e-6);
        Assert.Equal([4, 8, 16, 32, 64, 128], estimate.Steps);
    }

    [Fact]
    public void Scatter_widens_the_interval_as_students_t_says()
    {
        // Four points with residuals ±r: the slope's standard error by hand, times the quantile 4.303 for 2 degrees of freedom.
        double[] signs = [1, -1, -1, 1];
        const double R = 0.02;
        OrderEstimate estimate = OrderEstimate.Measure(8, 3, n => Math.Pow(n, -1) * Math.Exp(R * signs[(int)Math.Log2(n / 8)]));
        double spread = (0.25 + 2.25) * 2 * Math.Pow(Math.Log(2), 2);
        Assert.Equal(1, estimate.Order, 1e-12);
        Assert.Equal(4.303 * Math.Sqrt(4 * R * R / 2 / spread), estimate.HalfWidth, 1e-9);
    }

    [Fact]
    public void Fewer_than_two_doublings_say_nothing() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => OrderEstimate.Measure(4, 1, n => 1.0 / n));
}

namespace Diffusion;

/// <summary>
/// Elementary functions that keep their digits near zero, where schedules and exponential integrators live. The base library's own
/// (<see cref="double.ExpM1(double)"/>, <see cref="double.LogP1(double)"/>) are computed as e^x − 1 and log(x + 1) and do not.
/// </summary>
public static class PreciseMath
{
    /// <summary>e^x − 1 to a few units in the last place, for every x.</summary>
    public static double Expm1(double x) => Math.Abs(x) < 1 ? 2 * Math.Sinh(x / 2) * Math.Exp(x / 2) : Math.Exp(x) - 1;

    /// <summary>log(1 + x) to a few units in the last place, for x ≥ −1.</summary>
    public static double Log1p(double x) => Math.Abs(x) < 0.5 ? 2 * Math.Atanh(x / (2 + x)) : Math.Log(1 + x);

    /// <summary>log(1 + e^x), without overflow for large x and without cancellation for small.</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));
}

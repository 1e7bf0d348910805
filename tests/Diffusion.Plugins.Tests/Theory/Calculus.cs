namespace Diffusion.Plugins.Tests.Theory;

/// <summary>Just enough analysis to hold a printed formula against what it is about.</summary>
internal static class Calculus
{
    // Five-point Gauss–Legendre nodes and weights on [−1, 1].
    private static readonly (double Node, double Weight)[] s_gauss =
    [
        (0, 0.5688888888888889), (0.5384693101056831, 0.4786286704993665), (-0.5384693101056831, 0.4786286704993665),
        (0.9061798459386640, 0.2369268850561891), (-0.9061798459386640, 0.2369268850561891),
    ];

    /// <summary>f′(x) by central differences of fourth order.</summary>
    public static double Derivative(Func<double, double> f, double x, double step = 1e-3) =>
        ((8 * (f(x + step) - f(x - step))) - f(x + (2 * step)) + f(x - (2 * step))) / (12 * step);

    /// <summary>f″(x) by central differences of fourth order.</summary>
    public static double SecondDerivative(Func<double, double> f, double x, double step = 1e-3) =>
        ((16 * (f(x + step) + f(x - step))) - f(x + (2 * step)) - f(x - (2 * step)) - (30 * f(x))) / (12 * step * step);

    /// <summary>∫ₐᵇ f by Gauss–Legendre panels.</summary>
    public static double Integral(Func<double, double> f, double a, double b, int panels = 200)
    {
        double half = 0.5 * (b - a) / panels;
        return Enumerable.Range(0, panels).Sum(i => s_gauss.Sum(g => g.Weight * f(a + (half * ((2 * i) + 1 + g.Node))))) * half;
    }

    /// <summary>y(b) of y′ = f(t, y), y(a) = <paramref name="start"/>, by the classical Runge–Kutta method. b may lie before a.</summary>
    public static double Evolve(Func<double, double, double> f, double start, double a, double b, int steps = 2000)
    {
        double h = (b - a) / steps;
        double y = start;
        for (int i = 0; i < steps; i++)
        {
            double t = a + (i * h);
            double k1 = f(t, y);
            double k2 = f(t + (h / 2), y + (h * k1 / 2));
            double k3 = f(t + (h / 2), y + (h * k2 / 2));
            double k4 = f(t + h, y + (h * k3));
            y += h * (k1 + (2 * k2) + (2 * k3) + k4) / 6;
        }

        return y;
    }

    /// <summary>The density of N(0, variance).</summary>
    public static double Gaussian(double x, double variance) => Math.Exp(-0.5 * x * x / variance) / Math.Sqrt(2 * Math.PI * variance);
}

using Diffusion.Studies.TimeReversal;

namespace Diffusion.Studies.Forward;

/// <summary>A process in one or two coordinates with the known moments of a statistic of it.</summary>
/// <param name="Dimension">Coordinates.</param>
/// <param name="Drift">Writes the drift at a state and a time.</param>
/// <param name="Noise">Writes each coordinate's diffusion coefficient at a state and a time.</param>
/// <param name="Start">A start from a standard normal and a uniform number.</param>
/// <param name="Statistic">What is compared.</param>
/// <param name="Mean">Its mean at a time.</param>
/// <param name="Variance">Its variance at a time.</param>
internal sealed record Dynamics(
    int Dimension, Dynamics.Field Drift, Dynamics.Field Noise, Func<double, double, double[]> Start, Func<double[], double> Statistic,
    Func<double, double> Mean, Func<double, double> Variance)
{
    private const double Turning = 2, Growth = 0.25, Volatility = 0.5;

    /// <summary>Writes a vector at a state and a time.</summary>
    public delegate void Field(double[] x, double t, double[] result);

    /// <summary>That of a kind.</summary>
    public static Dynamics FromKind(ForwardDynamics kind, NoiseSchedule? schedule) => kind switch
    {
        ForwardDynamics.Schedule => new(
            1,
            (x, t, result) => result[0] = schedule!.Drift(t) * x[0],
            (_, t, result) => result[0] = Math.Sqrt(schedule!.DiffusionSquared(t)),
            (_, _) => [1],
            x => x[0],
            t => schedule!.At(t).Alpha,
            t => Math.Pow(schedule!.At(t).Sigma, 2)),
        ForwardDynamics.DoubleWell => DoubleWell(ReversedProcess.FromKind(ReversedProcessKind.DoubleWell)),
        ForwardDynamics.RotatingOrnsteinUhlenbeck => new(
            2,
            (x, _, result) => (result[0], result[1]) = (-x[0] + (Turning * x[1]), -x[1] - (Turning * x[0])),
            (_, _, result) => result[0] = result[1] = Math.Sqrt(2),
            (_, _) => [1, 0],
            x => x[0],
            t => Math.Exp(-t) * Math.Cos(Turning * t),
            t => -PreciseMath.Expm1(-2 * t)),
        ForwardDynamics.GeometricBrownian => new(
            1,
            (x, _, result) => result[0] = Growth * x[0],
            (x, _, result) => result[0] = Volatility * x[0],
            (_, _) => [1],
            x => Math.Log(Math.Max(x[0], 1e-12)),
            t => (Growth - (0.5 * Volatility * Volatility)) * t,
            t => Volatility * Volatility * t),
        ForwardDynamics.Langevin => new(
            2,
            (x, _, result) => (result[0], result[1]) = (x[1], -x[1]),
            (_, _, result) => (result[0], result[1]) = (0, Math.Sqrt(2)),
            (_, _) => [0, 1],
            x => x[0],
            t => -PreciseMath.Expm1(-t),
            t => 2 * (t + (2 * PreciseMath.Expm1(-t)) - (0.5 * PreciseMath.Expm1(-2 * t)))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Has no drift and no diffusion coefficient."),
    };

    private static Dynamics DoubleWell(ReversedProcess process) => new(
        1,
        (x, t, result) => result[0] = process.Drift(x[0], t),
        (x, t, result) => result[0] = Math.Sqrt(process.Diffusion(x[0], t)),
        (normal, uniform) => [process.Draw(0, normal, uniform)],
        x => x[0],
        process.Mean,
        process.Variance);
}

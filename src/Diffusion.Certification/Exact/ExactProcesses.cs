namespace Diffusion.Certification;

/// <summary>
/// Processes in closed form for tests that must not depend on a schedule plugin. Their noise scale σ/α runs from about 20 to about 0.1, the
/// range in which the problems' modes form.
/// </summary>
public static class ExactProcesses
{
    /// <summary>dx = −x dt + √2 dW: α² + σ² = 1.</summary>
    public static NoiseSchedule VariancePreserving { get; } = new OrnsteinUhlenbeck();

    /// <summary>α = 1, σ = t.</summary>
    public static NoiseSchedule VarianceExploding { get; } = new GrowingNoise();

    /// <summary>α = 1 − t, σ = t.</summary>
    public static NoiseSchedule StraightPath { get; } = new Interpolation();

    /// <summary>All of them with a name.</summary>
    public static IReadOnlyList<(string Name, NoiseSchedule Schedule)> All { get; } =
    [
        ("variance-preserving", VariancePreserving),
        ("variance-exploding", VarianceExploding),
        ("straight", StraightPath),
    ];

    private sealed class OrnsteinUhlenbeck : NoiseSchedule
    {
        public override double Horizon => 2;

        public override double MinimumTime => 0.08;

        public override NoiseLevel At(double t) => new(t, Math.Exp(-t), Math.Sqrt(-PreciseMath.Expm1(-2 * t)));

        public override double Drift(double t) => -1;

        public override double DiffusionSquared(double t) => 2;

        public override double TimeAt(double halfLogSnr) => 0.5 * PreciseMath.Softplus(-2 * halfLogSnr);
    }

    private sealed class GrowingNoise : NoiseSchedule
    {
        public override double Horizon => 5;

        public override double MinimumTime => 0.4;

        public override NoiseLevel At(double t) => new(t, 1, t);

        public override double Drift(double t) => 0;

        public override double DiffusionSquared(double t) => 2 * t;

        public override double TimeAt(double halfLogSnr) => Math.Exp(-halfLogSnr);
    }

    private sealed class Interpolation : NoiseSchedule
    {
        public override double Horizon => 0.9;

        public override double MinimumTime => 0.25;

        public override NoiseLevel At(double t) => new(t, 1 - t, t);

        public override double Drift(double t) => -1 / (1 - t);

        public override double DiffusionSquared(double t) => 2 * t / (1 - t);

        public override double TimeAt(double halfLogSnr) => 1 / (1 + Math.Exp(halfLogSnr));
    }
}

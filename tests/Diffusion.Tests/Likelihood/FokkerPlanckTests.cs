using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Tests.Likelihood;

/// <summary>The law of a process, its drift and its noise belong together: ∂p/∂t + ∇·(f p) − ½ g² Δp = 0 for the exact density of noisy data.</summary>
public sealed class FokkerPlanckTests
{
    private static readonly double[][] Places = [[0.2, -0.3], [0.9, 0.6], [-0.7, 0.8], [0.1, -1.2]];

    public static TheoryData<string> Processes =>
        [
            "variance-preserving", "sub-variance-preserving", "edm", "variance-exploding", "ornstein-uhlenbeck", "cosine", "trigonometric", "rectified-flow",
            "brownian",
        ];

    [Theory]
    [MemberData(nameof(Processes))]
    public void The_density_of_noisy_data_solves_the_equation_of_its_process(string process)
    {
        NoiseSchedule schedule = Schedule(process);
        foreach (double fraction in new[] { 0.25, 0.5, 0.75 })
        {
            double t = schedule.MinimumTime + (fraction * (schedule.Horizon - schedule.MinimumTime));
            foreach (double[] place in Places)
            {
                // Where the marginal is, for wide processes too.
                NoiseLevel level = schedule.At(t);
                double width = Math.Sqrt((level.Alpha * level.Alpha) + (level.Sigma * level.Sigma));
                double[] x = [.. place.Select(value => value * width)];
                (double residual, double size) = Residual(schedule, x, t, schedule.Drift(t), schedule.DiffusionSquared(t), width);
                Assert.True(Math.Abs(residual) <= 1e-5 * size, $"{process} at t = {t:g3}: {residual:e2} of {size:e2}");

                // A factor of 2 on the noise, as between g and σ of some notes, is seen.
                (double wrong, double wrongSize) = Residual(schedule, x, t, schedule.Drift(t), 2 * schedule.DiffusionSquared(t), width);
                Assert.True(Math.Abs(wrong) > 1e-3 * wrongSize, $"{process} at t = {t:g3}: a doubled rate of noise leaves only {wrong:e2} of {wrongSize:e2}");
            }
        }
    }

    // The equation over p, in log p: ∂ log p + f (D + x·∇ log p) − ½ g² (Δ log p + ‖∇ log p‖²), by central differences of order 4.
    private static (double Residual, double Size) Residual(NoiseSchedule schedule, double[] x, double t, double drift, double diffusionSquared, double width)
    {
        double ofTime = Slope(s => LogDensity(x, s), t, 1e-3 * Math.Min(t - schedule.MinimumTime, schedule.Horizon - t));
        double transport = drift * x.Length;
        double spread = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double Along(double value) => LogDensity([.. x.Select((other, j) => j == i ? value : other)], t);
            double first = Slope(Along, x[i], 1e-3 * width);
            spread += Curvature(Along, x[i], 1e-2 * width) + (first * first);
            transport += drift * x[i] * first;
        }

        double diffusion = 0.5 * diffusionSquared * spread;
        return (ofTime + transport - diffusion, Math.Abs(ofTime) + Math.Abs(transport) + Math.Abs(diffusion));

        double LogDensity(double[] point, double time)
        {
            NoiseLevel level = schedule.At(time);
            return ExactProblems.Plane.LogDensity(point, level.Alpha, level.Sigma);
        }
    }

    private static double Slope(Func<double, double> f, double x, double h) =>
        ((8 * (f(x + h) - f(x - h))) - (f(x + (2 * h)) - f(x - (2 * h)))) / (12 * h);

    private static double Curvature(Func<double, double> f, double x, double h) =>
        ((16 * (f(x + h) + f(x - h))) - (f(x + (2 * h)) + f(x - (2 * h))) - (30 * f(x))) / (12 * h * h);

    private static NoiseSchedule Schedule(string name) => name switch
    {
        "variance-preserving" => new VariancePreservingSchedule(new()),
        "sub-variance-preserving" => new SubVariancePreservingSchedule(new()),
        "edm" => new EdmSchedule(new() { SigmaMax = 5 }),
        "variance-exploding" => new VarianceExplodingSchedule(new()),
        "ornstein-uhlenbeck" => new OrnsteinUhlenbeckSchedule(new()),
        "cosine" => new CosineSchedule(new()),
        "trigonometric" => new TrigonometricSchedule(new()),
        "brownian" => new BrownianSchedule(new()),
        _ => new RectifiedFlowSchedule(new()),
    };
}

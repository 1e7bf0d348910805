using Xunit;

namespace Diffusion.Testing;

/// <summary>What every schedule must keep: a falling signal-to-noise ratio, an inverse, rates that are derivatives, digits near the data.</summary>
public abstract class ScheduleContractTests
{
    // Rounding of α, σ, λ to double, amplified by a few operations.
    private const double Rounding = 4e-15;

    /// <summary>A fresh instance of the schedule under test.</summary>
    protected abstract NoiseSchedule CreateSchedule();

    /// <summary>Times from 1e-8 of the horizon to just below it: decades near the data, equal steps beyond.</summary>
    protected virtual IEnumerable<double> Times
    {
        get
        {
            double horizon = CreateSchedule().Horizon;
            return Enumerable.Range(-80, 71).Select(i => horizon * Math.Pow(10, 0.1 * i))
                .Concat(Enumerable.Range(13, 86).Select(i => horizon * 0.01 * i));
        }
    }

    [Fact]
    public void Data_are_whole_and_least_noisy_at_time_zero()
    {
        NoiseSchedule schedule = CreateSchedule();
        NoiseLevel start = schedule.At(0);
        Assert.Equal(1, start.Alpha, Rounding);
        Assert.True(start.Sigma >= 0 && start.Sigma <= schedule.At(schedule.MinimumTime).Sigma);
        Assert.True(start.HalfLogSnr >= schedule.At(schedule.MinimumTime).HalfLogSnr, "log(alpha/sigma) is largest at the data");
        Assert.True(schedule.MinimumTime >= 0 && schedule.MinimumTime < schedule.Horizon);
        Assert.True(schedule.At(schedule.MinimumTime).Sigma > 0, "a grid's smallest level must have noise");
    }

    [Fact]
    public void Levels_carry_their_time_and_lose_signal_to_noise_strictly()
    {
        NoiseSchedule schedule = CreateSchedule();
        double before = double.PositiveInfinity;
        foreach (double t in Times.Where(t => IsResolved(schedule, t)).Append(schedule.Horizon))
        {
            NoiseLevel level = schedule.At(t);
            Assert.Equal(t, level.T);
            Assert.True(level.Alpha >= 0 && level.Sigma > 0, $"t = {t}");
            Assert.True(level.HalfLogSnr < before, $"log(alpha/sigma) does not fall at t = {t}");
            before = level.HalfLogSnr;
        }
    }

    [Fact]
    public void The_inverse_finds_the_time()
    {
        NoiseSchedule schedule = CreateSchedule();
        foreach (double t in Times)
        {
            double halfLogSnr = schedule.At(t).HalfLogSnr;
            double found = schedule.TimeAt(halfLogSnr);

            // λ is known to its rounding, and t no better than that allows.
            double conditioning = Math.Max(1, Math.Abs(halfLogSnr)) / Math.Abs(HalfLogSnrRate(schedule, t));
            Assert.True(Math.Abs(found - t) <= Rounding * (t + conditioning), $"t = {t:r}: the inverse gives {found:r}");
        }
    }

    [Fact]
    public void Rates_are_derivatives_of_the_path()
    {
        NoiseSchedule schedule = CreateSchedule();
        foreach (double t in Times)
        {
            double h = 1e-3 * Math.Min(t, schedule.Horizon - t);
            NoiseLevel level = schedule.At(t);
            double alphaRate = Derivative(at => schedule.At(at).Alpha, t, h);
            double sigmaRate = Derivative(at => schedule.At(at).Sigma, t, h);

            // A difference quotient knows the rate to the rounding of its values over h, and to h⁴.
            AssertNear(sigmaRate, schedule.SigmaRate(t), (1e-10 * Math.Abs(sigmaRate)) + (Rounding * level.Sigma / h), $"d sigma/dt at t = {t:r}");
            AssertNear(alphaRate, schedule.AlphaRate(t), (1e-10 * Math.Abs(alphaRate)) + (Rounding * level.Alpha / h), $"d alpha/dt at t = {t:r}");
        }
    }

    [Fact]
    public void Drift_and_diffusion_belong_to_the_path()
    {
        NoiseSchedule schedule = CreateSchedule();
        foreach (double t in Times)
        {
            NoiseLevel level = schedule.At(t);
            double drift = schedule.AlphaRate(t) / level.Alpha;
            double diffusionSquared = 2 * level.Sigma * (schedule.SigmaRate(t) - (drift * level.Sigma));
            AssertNear(drift, schedule.Drift(t), 1e-12 * Math.Abs(drift), $"f at t = {t:r}");
            AssertNear(diffusionSquared, schedule.DiffusionSquared(t), 1e-12 * diffusionSquared, $"g² at t = {t:r}");
            Assert.True(schedule.DiffusionSquared(t) >= 0, $"g² < 0 at t = {t:r}");
        }
    }

    private static bool IsResolved(NoiseSchedule schedule, double t) =>
        Math.Abs(HalfLogSnrRate(schedule, t)) * t > 1e3 * Rounding * Math.Max(1, Math.Abs(schedule.At(t).HalfLogSnr));

    private static double HalfLogSnrRate(NoiseSchedule schedule, double t)
    {
        NoiseLevel level = schedule.At(t);
        return (schedule.AlphaRate(t) / level.Alpha) - (schedule.SigmaRate(t) / level.Sigma);
    }

    private static double Derivative(Func<double, double> function, double t, double h) =>
        ((8 * (function(t + h) - function(t - h))) - (function(t + (2 * h)) - function(t - (2 * h)))) / (12 * h);

    private static void AssertNear(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, FormattableString.Invariant($"{what}: {actual:r} instead of {expected:r} ± {tolerance:e1}"));
}

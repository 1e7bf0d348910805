using Diffusion.Losses;
using Diffusion.Schedules;
using Xunit;

namespace Diffusion.Plugins.Tests.Losses;

/// <summary>Weights as their papers state them, and as they count on other residuals.</summary>
public sealed class WeightingTests
{
    private static readonly (string Name, NoiseSchedule Schedule)[] s_processes =
        [.. ExactProcesses.All, ("rectified", new RectifiedFlowSchedule(new())), ("sub-vp", new SubVariancePreservingSchedule(new()))];

    public static TheoryData<string> Processes => [.. s_processes.Select(p => p.Name)];

    public static TheoryData<string> Weightings => [.. s_weightings.Keys];

    private static readonly Dictionary<string, ILossWeighting> s_weightings = new()
    {
        ["uniform on the score"] = new UniformWeighting(new() { Residual = ResidualForm.Score }),
        ["uniform on the velocity"] = new UniformWeighting(new() { Residual = ResidualForm.Velocity }),
        ["sigma-squared"] = new SigmaSquaredWeighting(),
        ["snr"] = new SnrWeighting(),
        ["min-snr"] = new MinSnrWeighting(new()),
        ["soft-min-snr"] = new SoftMinSnrWeighting(new()),
        ["edm"] = new EdmWeighting(new() { SigmaData = 0.5 }),
        ["maximum-likelihood"] = new MaximumLikelihoodWeighting(),
    };

    [Theory]
    [MemberData(nameof(Processes))]
    public void Sizes_of_residuals_are_those_of_the_errors_themselves(string process)
    {
        // A point x_0, a draw ε and a denoiser that errs by δ in D: every other error follows from the definitions of the predictions.
        NoiseSchedule schedule = Schedule(process);
        foreach (NoiseLevel level in Levels(schedule))
        {
            (double a, double s) = (level.Alpha, level.Sigma);
            const double Error = 0.37;
            double noise = -a * Error / s;
            double score = -noise / s;
            double v = (a * noise) - (s * Error);
            double velocity = (schedule.AlphaRate(level.T) * Error) + (schedule.SigmaRate(level.T) * noise);
            double unit = Error / ResidualForm.Data.Size(level, schedule);
            AssertClose(Math.Abs(noise), unit * ResidualForm.Noise.Size(level, schedule));
            AssertClose(Math.Abs(score), unit * ResidualForm.Score.Size(level, schedule));
            AssertClose(Math.Abs(v), unit * ResidualForm.V.Size(level, schedule));
            AssertClose(Math.Abs(velocity), unit * ResidualForm.Velocity.Size(level, schedule));
        }
    }

    [Theory]
    [MemberData(nameof(Weightings))]
    public void A_weighting_counts_an_error_the_same_whatever_form_the_loss_has(string weighting)
    {
        ILossWeighting subject = s_weightings[weighting];
        foreach (NoiseSchedule schedule in s_processes.Select(p => p.Schedule))
        {
            foreach (NoiseLevel level in Levels(schedule))
            {
                double[] counted = [.. Enum.GetValues<ResidualForm>()
                    .Select(form => subject.WeightOn(form, level, schedule) * Square(form.Size(level, schedule)))];
                Assert.All(counted, value => AssertClose(counted[0], value));
                Assert.True(counted[0] > 0);
            }
        }
    }

    [Theory]
    [InlineData(ResidualForm.Noise)]
    [InlineData(ResidualForm.Data)]
    [InlineData(ResidualForm.V)]
    public void Min_snr_is_what_its_paper_has_for_each_prediction(ResidualForm form)
    {
        foreach (NoiseLevel level in Levels(ExactProcesses.VariancePreserving))
        {
            double snr = Square(level.Alpha / level.Sigma);
            double smaller = Math.Min(snr, 5);
            double expected = form switch
            {
                ResidualForm.Noise => smaller / snr,
                ResidualForm.V => smaller / (snr + 1),
                _ => smaller,
            };
            AssertClose(expected, new MinSnrWeighting(new()).WeightOn(form, level, ExactProcesses.VariancePreserving));
        }
    }

    [Fact]
    public void Weightings_are_the_formulas_of_their_papers()
    {
        foreach (NoiseSchedule schedule in s_processes.Select(p => p.Schedule))
        {
            foreach (NoiseLevel level in Levels(schedule))
            {
                double scale = level.NoiseToSignal;
                AssertClose(1, new SnrWeighting().WeightOn(ResidualForm.Noise, level, schedule));
                AssertClose(1, new SigmaSquaredWeighting().WeightOn(ResidualForm.Noise, level, schedule));
                AssertClose(
                    1 / Square(level.Sigma), new UniformWeighting(new() { Residual = ResidualForm.Score }).WeightOn(ResidualForm.Noise, level, schedule));
                AssertClose(
                    ((scale * scale) + 0.25) / Square(scale * 0.5), new EdmWeighting(new() { SigmaData = 0.5 }).WeightOn(ResidualForm.Data, level, schedule));
                AssertClose(1 / ((scale * scale) + 0.25), new SoftMinSnrWeighting(new() { Gamma = 4 }).WeightOn(ResidualForm.Data, level, schedule));
                AssertClose(schedule.DiffusionSquared(level.T), new MaximumLikelihoodWeighting().WeightOn(ResidualForm.Score, level, schedule));

                // Weights on EDM's raw output F are those on D times c_out²: 1, and Crowson's form.
                double outputScale = Square(scale * 0.5) / ((scale * scale) + 0.25);
                AssertClose(1, outputScale * new EdmWeighting(new() { SigmaData = 0.5 }).Weight(level, schedule));
                AssertClose(
                    Square(scale * 0.5) / Square((scale * scale) + 0.25), outputScale * new SoftMinSnrWeighting(new() { Gamma = 4 }).Weight(level, schedule));
                AssertClose(0.25 / ((scale * scale) + 0.25), outputScale * new SnrWeighting().Weight(level, schedule));
            }
        }
    }

    [Fact]
    public void Maximum_likelihood_on_the_noise_is_twice_the_fall_of_the_log_signal_to_noise_ratio()
    {
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        const double Step = 1e-5;
        foreach (NoiseLevel level in Levels(schedule))
        {
            double fall = (schedule.At(level.T - Step).HalfLogSnr - schedule.At(level.T + Step).HalfLogSnr) / (2 * Step);
            Assert.Equal(2 * fall, new MaximumLikelihoodWeighting().WeightOn(ResidualForm.Noise, level, schedule), 1e-7);
        }
    }

    [Fact]
    public void Uniform_is_one_on_the_losss_own_residual_unless_another_is_named()
    {
        NoiseLevel level = ExactProcesses.StraightPath.At(0.3);
        foreach (ResidualForm form in Enum.GetValues<ResidualForm>())
            Assert.Equal(1, new UniformWeighting(new()).WeightOn(form, level, ExactProcesses.StraightPath));
        Assert.Equal(ResidualForm.V, new UniformWeighting(new() { Residual = ResidualForm.V }).Form);
    }

    [Fact]
    public void Bounded_weights_stay_bounded_at_pure_noise()
    {
        var schedule = new RectifiedFlowSchedule(new());
        NoiseLevel noise = schedule.At(1);
        Assert.Equal(0, noise.Alpha);
        Assert.Equal(0, new SnrWeighting().Weight(noise, schedule));
        Assert.Equal(0, new SoftMinSnrWeighting(new()).Weight(noise, schedule));
        Assert.Equal(4, new EdmWeighting(new() { SigmaData = 0.5 }).Weight(noise, schedule));
        Assert.Equal(1, new UniformWeighting(new() { Residual = ResidualForm.Velocity }).WeightOn(ResidualForm.Data, noise, schedule));
    }

    private static NoiseSchedule Schedule(string name) => s_processes.Single(p => p.Name == name).Schedule;

    private static IEnumerable<NoiseLevel> Levels(NoiseSchedule schedule) =>
        new[] { 0.02, 0.2, 0.5, 0.9 }.Select(share => schedule.At(((1 - share) * schedule.MinimumTime) + (share * schedule.Horizon)));

    private static double Square(double x) => x * x;

    private static void AssertClose(double expected, double actual) => Assert.Equal(expected, actual, 1e-11 * Math.Abs(expected));
}

using Diffusion.Schedules;
using Diffusion.Studies.Girsanov;
using Diffusion.Testing;
using Xunit;

namespace Diffusion.Plugins.Tests.Studies;

/// <summary>KL and bound against integrals by hand.</summary>
public sealed class GirsanovStudyTests : StudyContractTests
{
    private const double Horizon = 3, Size = 0.3;

    private static OrnsteinUhlenbeckSchedule Process => new(new() { Horizon = Horizon });

    protected override StudySetting Setting => new() { Schedule = Process };

    protected override IStudy CreateStudy() => new GirsanovStudy(new() { Shape = ScoreErrorShape.Gradient, Steps = 100 });

    private static StudyResult Run(GirsanovOptions options, GaussianMixture? data = null) => StudyProblems.Run(new GirsanovStudy(options), data, Process);

    // The error moves the mean by 2 ∫ e^(−(T − τ)) e(τ) dτ, and N(0, 1) stays N(0, 1) otherwise: KL = m²/2, and the bound is ∫ e² dτ.
    [Fact]
    public void Known_errors_have_the_KL_and_the_bound_of_their_integrals()
    {
        StudyResult decaying = Run(new() { Shape = ScoreErrorShape.Decaying, Size = Size });
        StudyResult constant = Run(new() { Shape = ScoreErrorShape.Constant, Size = Size });
        double gone = 1 - Math.Exp(-2 * Horizon);
        Assert.Equal(0.5 * Size * Size * gone * gone, decaying.Get("kl").Value, 1e-10);
        Assert.Equal(0.5 * Size * Size * gone, decaying.Get("bound").Value, 1e-10);
        Assert.Equal(0.9975212, decaying.Get("ratio").Value, 1e-7);
        Assert.Equal(2 * Math.Pow(Size * (1 - Math.Exp(-Horizon)), 2), constant.Get("kl").Value, 1e-9);
        Assert.Equal(Size * Size * Horizon, constant.Get("bound").Value, 1e-10);
    }

    // 2 (1 − e^(−T))²/T is largest at T = 1.2564.
    [Fact]
    public void A_constant_error_never_reaches_more_than_four_fifths_of_the_bound()
    {
        double[] ratios = [.. new[] { 0.5, 1, 1.2564312, 1.5, 3 }.Select(horizon => StudyProblems.Run(
            new GirsanovStudy(new() { Shape = ScoreErrorShape.Constant }), schedule: new OrnsteinUhlenbeckSchedule(new() { Horizon = horizon }))
                .Get("ratio").Value)];
        Assert.Equal(0.81453, ratios[2], 1e-5);
        Assert.Equal(ratios[2], ratios.Max());
    }

    [Fact]
    public void A_rotation_costs_nothing_and_its_bound_is_twice_the_square_times_the_time()
    {
        StudyResult result = Run(new() { Shape = ScoreErrorShape.Rotation, Size = Size });
        Assert.Equal(0, result.Get("kl").Value, 1e-10);
        Assert.Equal(0, result.Get("ode-kl").Value, 1e-10);
        Assert.Equal(2 * Size * Size * Horizon, result.Get("bound").Value, 1e-10);
    }

    // From the prior the law keeps e^(−2T) of its distance: of N(0, s²) with s² = 1/4 the start is N(0, 1 − e^(−2T)) in place of 1 − ¾ e^(−2T).
    [Fact]
    public void An_exact_score_from_the_prior_leaves_less_than_the_KL_of_the_start()
    {
        GaussianMixture data = new([GaussianComponent.Isotropic(1, [0.5, 0], 0.5)]);
        StudyResult result = Run(new() { Shape = ScoreErrorShape.Gradient, Size = 0, Start = StartLaw.Gaussian, Steps = 4000 }, data);
        double prior = 1 - Math.Exp(-2 * Horizon), exact = 1 - (0.75 * Math.Exp(-2 * Horizon)), mean = 0.5 * Math.Exp(-Horizon);
        double known = (0.5 * mean * mean / prior) + (exact / prior) - 1 - Math.Log(exact / prior);
        Assert.Equal(known, result.Get("initial-kl").Value, 1e-12);
        Assert.Equal(known, result.Get("bound").Value, 1e-12);
        Assert.InRange(result.Get("kl").Value, 0, known);
        Assert.True(result.Get("ode-kl").Value > result.Get("kl").Value);
    }

    [Fact]
    public void The_bound_holds_for_two_hundred_random_scores()
    {
        StudyResult result = Run(new() { Shape = ScoreErrorShape.Random, Size = Size, Draws = 200, Steps = 100 });
        Assert.Equal(0, result.Get("violations").Value);
        Assert.InRange(result.Get("largest-ratio").Value, 0.05, 1);
    }

    [Fact]
    public void Mixtures_turns_on_the_line_and_processes_without_finite_coefficients_are_refused()
    {
        IStudy rotation = new GirsanovStudy(new() { Shape = ScoreErrorShape.Rotation, Dimension = 1 });
        Assert.Contains("pairs of axes", rotation.Objection(Setting), StringComparison.Ordinal);
        Assert.Contains(
            "one Gaussian", new GirsanovStudy(new()).Objection(Setting with { Data = StudyProblems.Data(StudyProblems.TwoModes) }), StringComparison.Ordinal);
        Assert.Contains(
            "finite coefficients", new GirsanovStudy(new()).Objection(new() { Schedule = new RectifiedFlowSchedule(new()) }), StringComparison.Ordinal);
    }
}

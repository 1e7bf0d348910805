using Diffusion.Core.Laws;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Grids;
using Diffusion.Numerics;
using Diffusion.Schedules;
using Diffusion.Solvers;
using TorchSharp;
using Xunit;

namespace Diffusion.Tests.Laws;

/// <summary>The laws of real solvers against what is known of them by other means.</summary>
public sealed class SamplerLawTests
{
    private static readonly ITimeGrid Karras = new KarrasGrid(new() { End = GridEnd.Minimum });

    private static GaussianMixture Gaussian(double mean, double deviation) => new([GaussianComponent.Isotropic(1, [mean], deviation)]);

    private static double KlOfGaussians(double mean, double variance, double targetMean, double targetVariance) =>
        0.5 * (Math.Log(targetVariance / variance) + ((variance + ((mean - targetMean) * (mean - targetMean))) / targetVariance) - 1);

    [Theory]
    [InlineData(3, StartLaw.Exact)]
    [InlineData(7, StartLaw.Gaussian)]
    public void Euler_carries_a_Gaussian_by_a_product_of_factors(int steps, StartLaw start)
    {
        SamplerLaw law = LawProblem.Law(new EulerSolver(new() { Variable = FlowVariable.NoiseToSignal }), Karras, steps, Gaussian(0.8, 0.5), start);
        IReadOnlyList<NoiseLevel> levels = law.Problem.Levels;
        (double mean, double variance) = start == StartLaw.Exact ? (0.8, 0.25 + (80 * 80)) : (0, 80 * 80);
        for (int i = 0; i < steps; i++)
        {
            (double s, double t) = (levels[i].Sigma, levels[i + 1].Sigma);
            double factor = 1 + ((t - s) * s / (0.25 + (s * s)));
            (mean, variance) = (0.8 + (factor * (mean - 0.8)), factor * factor * variance);
        }

        SamplerLawValues found = law.Compare(new());
        Assert.Equal(mean, found.Mean[0].Value, 1e-9);
        Assert.Equal(variance, found.Variance[0].Value, 1e-9);
        Assert.Equal(KlOfGaussians(mean, variance, 0.8, 0.25), found.Kl!.Value.Value, 1e-9);
        Assert.Equal(Math.Sqrt(((mean - 0.8) * (mean - 0.8)) + Math.Pow(Math.Sqrt(variance) - 0.5, 2)), found.W2!.Value.Value, 1e-9);
        Assert.Equal(0, found.FoldMass!.Value.Value);
        Assert.Equal(KlOfGaussians(0.8, 0.25 + (80 * 80), 0, 80 * 80), found.PriorKl!.Value.Value, 1e-9);
        Assert.Equal(Math.Sqrt(0.64 + Math.Pow(Math.Sqrt(0.25 + (80 * 80)) - 80, 2)), found.PriorW2!.Value.Value, 1e-8);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.4)]
    public void Euler_Maruyama_on_an_OU_process_has_the_mean_and_the_variance_of_its_recursion(double eta)
    {
        var schedule = new OrnsteinUhlenbeckSchedule(new());
        SamplerLaw law = LawProblem.Law(
            new EulerMaruyamaSolver(new() { Eta = eta }), new UniformGrid(new()), 12, Gaussian(0.8, 0.5), StartLaw.Gaussian, schedule);
        IReadOnlyList<NoiseLevel> levels = law.Problem.Levels;
        (double mean, double variance) = (0, levels[0].Sigma * levels[0].Sigma);
        for (int i = 0; i + 1 < levels.Count; i++)
        {
            // dx = [f x − ½ (1 + η²) g² s] dt + η g dW with f = −1, g² = 2, s = −(x − α μ)/(α² s₀² + σ²).
            NoiseLevel level = levels[i];
            double dt = levels[i + 1].T - level.T;
            double pull = (1 + (eta * eta)) * dt / ((level.Alpha * level.Alpha * 0.25) + (level.Sigma * level.Sigma));
            double factor = 1 - dt + pull;
            mean = (factor * mean) - (pull * level.Alpha * 0.8);
            variance = (factor * factor * variance) + (levels[i + 1].IsClean ? 0 : eta * eta * 2 * -dt);
        }

        SamplerLawValues found = law.Compare(new());
        Assert.Equal(mean, found.Mean[0].Value, 1e-7);
        Assert.Equal(variance, found.Variance[0].Value, 1e-7);
        Assert.Equal(KlOfGaussians(mean, variance, 0.8, 0.25), found.Kl!.Value.Value, 1e-7);
        Assert.Null(found.FoldMass);
        Assert.InRange(found.Kl.Value.Error, 0, 1e-7);
    }

    [Fact]
    public void A_fine_run_from_the_usual_prior_keeps_the_priors_error_and_one_from_the_exact_start_does_not()
    {
        ISolver solver = new HeunSolver(new() { Variable = FlowVariable.NoiseToSignal });
        Assert.Equal(0.054, LawProblem.Law(solver, Karras, 300, start: StartLaw.Gaussian).Compare(new()).W2!.Value.Value, 5e-4);
        Assert.InRange(LawProblem.Law(solver, Karras, 300).Compare(new()).W2!.Value.Value, 0, 1e-3);
    }

    [Fact]
    public void In_the_plane_a_linear_flow_has_the_divergence_of_its_Gaussian()
    {
        GaussianMixture target = new([new GaussianComponent(1, [0.3, -0.2], new double[,] { { 1, 0.4 }, { 0.4, 0.5 } })]);
        var schedule = new EdmSchedule(new() { SigmaMin = 0.01, SigmaMax = 10 });
        SamplerLaw law = LawProblem.Law(new EulerSolver(new() { Variable = FlowVariable.NoiseToSignal }), Karras, 6, target, schedule: schedule);
        // The flow acts on each principal axis alone, with x − μ scaled by the factors of its variance.
        double root = Math.Sqrt((0.25 * 0.25) + (0.4 * 0.4));
        double expected = 0;
        foreach (double own in new[] { 0.75 + root, 0.75 - root })
        {
            double variance = own + 100;
            for (int i = 0; i + 1 < law.Problem.Levels.Count; i++)
            {
                (double s, double t) = (law.Problem.Levels[i].Sigma, law.Problem.Levels[i + 1].Sigma);
                double factor = 1 + ((t - s) * s / (own + (s * s)));
                variance *= factor * factor;
            }

            expected += KlOfGaussians(0, variance, 0, own);
        }

        SamplerLawValues found = law.Compare(new());
        Assert.Equal(expected, found.Kl!.Value.Value, 1e-8);
        Assert.InRange(found.Kl.Value.Error, 0, 1e-6);
        Assert.Equal([0.3, -0.2], found.Mean.Select(mean => Math.Round(mean.Value, 7)));
        Assert.Equal(0, found.FoldMass!.Value.Value);
        Assert.Equal(0.5 * (((1.5 + 0.13) / 100) - Math.Log(((101 * 100.5) - 0.16) / 1e4)), found.PriorKl!.Value.Value, 1e-8);
    }

    [Fact]
    public void In_the_plane_independent_coordinates_add_their_divergences()
    {
        GaussianMixture plane = new([
            new GaussianComponent(0.4, [-1, 0], new double[,] { { 0.25, 0 }, { 0, 0.36 } }),
            new GaussianComponent(0.6, [1, 0], new double[,] { { 0.16, 0 }, { 0, 0.36 } }),
        ]);
        GaussianMixture first = GaussianMixture.FromArrays([[-1], [1]], [0.4, 0.6], [0.5, 0.4], []);
        var schedule = new EdmSchedule(new() { SigmaMin = 0.01, SigmaMax = 5 });
        SamplerLawValues Values(GaussianMixture target) =>
            LawProblem.Law(new DpmPlusPlus2MSolver(new()), Karras, 8, target, schedule: schedule).Compare(new() { PlanePoints = 400 });
        SamplerLawValues both = Values(plane), one = Values(first), other = Values(Gaussian(0, 0.6));
        Assert.InRange(both.Kl!.Value.Error, 0, 1e-4);
        Assert.Equal(one.Kl!.Value.Value + other.Kl!.Value.Value, both.Kl.Value.Value, both.Kl.Value.Error);
        Assert.Equal(one.PriorKl!.Value.Value + other.PriorKl!.Value.Value, both.PriorKl!.Value.Value, 1e-7);
        Assert.Equal(one.Modes[0].Weight.Value, both.Modes[0].Weight.Value, both.Modes[0].Weight.Error);
        Assert.Equal(one.Variance[0].Value, both.Variance[0].Value, both.Variance[0].Error);
        Assert.All(new[] { both.Modes[0].Weight, both.Variance[0] }, value => Assert.InRange(value.Error, 0, 1e-3));
    }

    [Fact]
    public void In_the_plane_two_normal_laws_have_the_total_variation_of_the_textbook()
    {
        GaussianMixture target = new([GaussianComponent.Isotropic(1, [0.3, -0.2], 0.8)]);
        var schedule = new EdmSchedule(new() { SigmaMin = 0.01, SigmaMax = 10 });
        SamplerLaw law = LawProblem.Law(new EulerSolver(new()), Karras, 6, target, schedule: schedule);
        double variance = 0.64 + 100;
        foreach ((NoiseLevel from, NoiseLevel to) in law.Problem.Levels.Zip(law.Problem.Levels.Skip(1)))
        {
            double factor = 1 + ((to.Sigma - from.Sigma) * from.Sigma / (0.64 + (from.Sigma * from.Sigma)));
            variance *= factor * factor;
        }

        // The densities meet on a circle of the square radius 2 log(b²/a²)/(1/a² − 1/b²), outside which lies exp(−r²/2a²) of the one.
        double radius = 2 * Math.Log(variance / 0.64) / ((1 / 0.64) - (1 / variance));
        double expected = Math.Abs(Math.Exp(-radius / (2 * variance)) - Math.Exp(-radius / (2 * 0.64)));
        foreach (int points in new[] { 100, 320, 700 })
        {
            LawValue found = law.Compare(new() { PlanePoints = points }).TotalVariation!.Value;
            Assert.InRange(Math.Abs(found.Value - expected), 0, found.Error);
            Assert.InRange(found.Error, 0, points >= 320 ? 1e-6 : 1e-4);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(320)]
    public void In_the_plane_the_symmetry_of_a_law_does_not_hide_its_error(int points)
    {
        // Four modes at the corners of a square: each coordinate is a pair of modes of its own, whose divergence is known on the line.
        double[][] corners = [[-1, -1], [-1, 1], [1, -1], [1, 1]];
        var schedule = new EdmSchedule(new() { SigmaMin = 0.02, SigmaMax = 20 });
        SamplerLawValues Of(GaussianMixture target) =>
            LawProblem.Law(new DpmPlusPlus2MSolver(new()), Karras, 12, target, schedule: schedule).Compare(new() { PlanePoints = points });
        SamplerLawValues plane = Of(GaussianMixture.FromArrays(corners, [], [0.12], [])), line = Of(GaussianMixture.FromArrays([[-1], [1]], [], [0.12], []));
        LawValue found = plane.Kl!.Value;
        Assert.InRange(Math.Abs(found.Value - (2 * line.Kl!.Value.Value)), 0, found.Error);
        Assert.InRange(found.Error, 0, points == 320 ? 0.01 : 1);
        Assert.All(plane.Modes, mode => Assert.InRange(Math.Abs(mode.Weight.Value - 0.25), 0, mode.Weight.Error));
        Assert.All(plane.Modes, mode => Assert.InRange(Math.Abs(mode.Variance.Value - line.Modes[0].Variance.Value), 0, mode.Variance.Error + 1e-9));
        Assert.All(plane.Variance, variance => Assert.InRange(Math.Abs(variance.Value - line.Variance[0].Value), 0, variance.Error));
        // Independent coordinates differ by no more than both together, and by no less than either.
        double one = line.TotalVariation!.Value.Value, both = plane.TotalVariation!.Value.Value, error = plane.TotalVariation.Value.Error;
        Assert.InRange(both, one - error, (2 * one) - (one * one) + error);
    }

    [Fact]
    public void What_is_not_asked_for_is_left_out()
    {
        foreach (GaussianMixture target in new[] { LawProblem.TwoModes, GaussianMixture.FromArrays([[-1, 0], [1, 0]], [], [0.5], []) })
        {
            SamplerLawValues found = LawProblem.Law(new DpmPlusPlus2MSolver(new()), Karras, 6, target).Compare(new() { PlanePoints = 64, Modes = false });
            Assert.Empty(found.Modes);
            Assert.NotNull(found.TotalVariation);
        }
    }

    [Fact]
    public void In_the_plane_a_map_that_folds_has_no_divergence_but_a_mass()
    {
        SamplerLawValues found = LawProblem.Law(new Dpm2Solver(), Karras, 5, GaussianMixture.FromArrays([[-2, 0], [1.5, 0]], [0.3, 0.7], [0.5, 0.3], []))
            .Compare(new() { PlanePoints = 128 });
        Assert.Null(found.Kl);
        Assert.Null(found.TotalVariation);
        Assert.InRange(found.FoldMass!.Value.Value, 0.08, 0.18);
    }

    public static TheoryData<ISolver, string> Uncovered => new()
    {
        { new Rk45Solver(new()), "chooses its own" },
        { new DpmSolver23Solver(new()), "chooses its own" },
        { new DpmPlusPlus2MSdeSolver(new()), "looks back at earlier steps" },
        { new DpmPlusPlusSdeSolver(new()), "draw noise 2 times" },
        { new EdmStochasticSolver(new()), "passes through the model" },
        { new LangevinSolver(new()), "draw noise" },
    };

    [Theory]
    [MemberData(nameof(Uncovered))]
    public void What_is_not_covered_is_said_with_its_reason(ISolver solver, string reason)
    {
        SamplerLaw law = LawProblem.Law(solver, Karras, 8);
        string? objection = SamplerLaw.Objection(solver, "solver 'x'", law.Problem.Schedule, law.Problem.Levels, LawProblem.Describe(law.Target));
        Assert.Contains(reason, objection, StringComparison.Ordinal);
        Assert.Contains("solver 'x'", objection, StringComparison.Ordinal);
    }

    public static TheoryData<ISolver> Markov =>
    [
        new EulerMaruyamaSolver(new()), new EulerAncestralSolver(new()), new DdpmSolver(new()), new DdpmSolver(new() { Variance = 1 }),
        new DdimSolver(new() { Eta = 0.5 }),
        new Dpm2AncestralSolver(new()), new DpmPlusPlus2SAncestralSolver(new()), new ExponentialItoSolver(new()), new ReverseDiffusionSolver(new()),
    ];

    [Theory]
    [MemberData(nameof(Markov))]
    [Trait("Category", "Slow")]
    public void Samples_of_stochastic_methods_have_the_moments_of_the_computed_law(ISolver solver) => Agree(solver, new KarrasGrid(new()), 10);

    [Fact]
    [Trait("Category", "Slow")]
    public void Samples_of_a_folding_map_have_the_moments_of_the_computed_law() => Agree(new Dpm2Solver(), Karras, 5);

    // Five standard errors: a right law fails one of these three comparisons with probability 2e-6.
    private static void Agree(ISolver solver, ITimeGrid grid, int steps)
    {
        SamplerLaw law = LawProblem.Law(solver, grid, steps, schedule: new EdmSchedule(new() { SigmaMin = 0.02, SigmaMax = 20 }));
        Assert.Null(SamplerLaw.Objection(solver, "solver", law.Problem.Schedule, law.Problem.Levels, LawProblem.Describe(law.Target)));
        SamplerLawValues values = law.Compare(new());
        using torch.Tensor state = new SamplingRun
        {
            Problem = law.Problem,
            Samples = 200_000,
            Shape = [1],
            Noise = new NoiseKey(5, 0),
            Start = law.Target.At(law.Problem.Levels[0]),
            BatchSize = 50_000,
            Dtype = torch.ScalarType.Float64,
        }.Execute(TestContext.Current.CancellationToken).State;
        double[] samples = HostNumbers.ToArray(state);
        MixtureLine target = new(law.Target);
        double[] first = [.. samples.Select(sample =>
        {
            double[] posterior = new double[2];
            target.Responsibilities(sample, posterior);
            return posterior[0];
        })];
        Check(values.Mean[0].Value, samples);
        Check(values.Modes[0].Weight.Value, first);
        double mean = values.Mean[0].Value;
        Check(values.Variance[0].Value, [.. samples.Select(sample => (sample - mean) * (sample - mean))]);

        static void Check(double expected, double[] values)
        {
            double mean = values.Average();
            double error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
            Assert.InRange(mean - expected, -5 * error, 5 * error);
        }
    }
}

using Diffusion.Core.Randomness;
using Diffusion.Losses;
using Diffusion.Plugins.Tests.Theory;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Plugins.Tests.Losses;

/// <summary>
/// Explicit, implicit, sliced and denoising score matching are one objective up to constants of the data: measured on the components themselves, by
/// quadrature over the data and with every probe enumerated.
/// </summary>
public sealed class ScoreMatchingIdentityTests : IDisposable
{
    private const double Tolerance = 1e-10;

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string, string, PredictionKind> Cases => new()
    {
        { "line", "variance-preserving", PredictionKind.Score },
        { "line", "variance-exploding", PredictionKind.Noise },
        { "line", "straight", PredictionKind.Data },
        { "plane", "variance-preserving", PredictionKind.V },
    };

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_four_objectives_differ_by_the_constants_of_theory(string data, string process, PredictionKind kind)
    {
        (ScoreMatchingQuadrature quadrature, ILoss explicitLoss) = Problem(data, process);
        Assert.Equal(1, quadrature.TotalWeight, 1e-12);
        double sigmaSquared = Math.Pow(Level(process).Sigma, 2);
        Assert.Equal(0.5 / sigmaSquared, quadrature.HalfKernelInformation, Tolerance);

        foreach (int seed in new[] { 1, 2, 3 })
        {
            var model = new SmoothScoreFamily(quadrature.Dimension, kind, seed);
            double expected = quadrature.Expectation(explicitLoss, model, new NoNoise());
            foreach ((ILoss loss, double constant) in Others(quadrature))
                AssertClose(expected, quadrature.Expectation(loss, model, new EnumeratedProbes()) + constant);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Their_gradients_with_respect_to_the_parameters_are_one(string data, string process, PredictionKind kind)
    {
        (ScoreMatchingQuadrature quadrature, ILoss explicitLoss) = Problem(data, process);
        var model = new SmoothScoreFamily(quadrature.Dimension, kind, 4);
        IReadOnlyList<double> expected = quadrature.Gradient(explicitLoss, model, model.Parameters, new NoNoise());
        Assert.True(expected.Max(Math.Abs) > 0.01);
        foreach ((ILoss loss, _) in Others(quadrature))
        {
            IReadOnlyList<double> actual = quadrature.Gradient(loss, model, model.Parameters, new EnumeratedProbes());
            for (int i = 0; i < expected.Count; i++)
                AssertClose(expected[i], actual[i]);
        }
    }

    [Fact]
    public void The_exact_score_has_no_explicit_loss_and_no_gradient()
    {
        (ScoreMatchingQuadrature quadrature, ILoss loss) = Problem("plane", "variance-preserving");
        var exact = new ExactMixtureDenoiser(ExactProblems.Plane, PredictionKind.Noise);
        Assert.Equal(0, quadrature.Expectation(loss, new Frozen(exact), new NoNoise()), 1e-20);
    }

    [Fact]
    public void A_kernel_density_without_width_is_what_denoising_learns_on_the_rows()
    {
        // Three rows as the whole distribution: explicit matching of their kernel density and denoising have one gradient.
        double[] rows = [-1.2, 0.3, 0.9];
        var points = new ExactMixture(new GaussianMixture([.. rows.Select(row => GaussianComponent.Isotropic(1, [row], 1e-6))]));
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        double time = 0.3;
        var quadrature = new ScoreMatchingQuadrature(points, schedule, time);
        var model = new SmoothScoreFamily(1, PredictionKind.Score, 7);
        var loss = new ExplicitScoreMatchingLoss(new() { Density = ReferenceDensity.Kde, Bandwidth = 0 }, Rows(rows));
        IReadOnlyList<double> expected = quadrature.Gradient(new DenoisingScoreMatchingLoss(), model, model.Parameters, new NoNoise());
        IReadOnlyList<double> actual = quadrature.Gradient(loss, model, model.Parameters, new NoNoise());
        for (int i = 0; i < expected.Count; i++)
            Assert.Equal(expected[i], actual[i], 1e-9);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    public void A_kernel_density_is_the_mixture_of_its_kernels(double bandwidth)
    {
        double[] rows = [-1.2, 0.3, 0.9];
        NoiseLevel[] levels = [new(0.1, 0.9, 0.3), new(0.2, 0.5, 1.1), new(0.3, 1, 0.05)];
        var batch = new LossBatch
        {
            Data = tensor([-0.5, 0.2, 1.0], [3, 1]),
            Noise = tensor([0.3, -1.2, 0.7], [3, 1]),
            Levels = NoiseLevels.PerSample(levels),
            Schedule = ExactProcesses.VariancePreserving,
            Randomness = new NoNoise(),
        };
        var model = new SmoothScoreFamily(1, PredictionKind.Score, 3);
        Tensor actual = new ExplicitScoreMatchingLoss(new() { Density = ReferenceDensity.Kde, Bandwidth = bandwidth }, Rows(rows)).Evaluate(model, batch);
        for (int i = 0; i < levels.Length; i++)
        {
            double variance = Math.Pow(levels[i].Sigma, 2) + Math.Pow(levels[i].Alpha * bandwidth, 2);
            double x = (levels[i].Alpha * batch.Data[i, 0].ToDouble()) + (Math.Sqrt(variance) * batch.Noise[i, 0].ToDouble());
            double[] kernels = [.. rows.Select(row => Math.Exp(-0.5 * Math.Pow(x - (levels[i].Alpha * row), 2) / variance))];
            double score = rows.Zip(kernels, (row, kernel) => kernel * ((levels[i].Alpha * row) - x) / variance).Sum() / kernels.Sum();
            double emitted = model.Predict(tensor([x], [1, 1]), levels[i]).Score.ToDouble();
            Assert.Equal(0.5 * Math.Pow(emitted - score, 2), actual[i].ToDouble(), 1e-10 * Math.Max(1, score * score));
        }
    }

    [Theory]
    [InlineData(ProjectionDistribution.Rademacher)]
    [InlineData(ProjectionDistribution.Gaussian)]
    [InlineData(ProjectionDistribution.Sphere)]
    public void Random_probes_have_the_exact_traces_mean(ProjectionDistribution distribution)
    {
        // A linear field: tr ∇s is the same everywhere, so all spread is the probes'. 99.99 % interval with a fixed seed.
        const int Count = 20_000;
        var model = new LinearField();
        LossBatch batch = Probed(Count);
        Tensor exact = new ImplicitScoreMatchingLoss(new()).Evaluate(model, batch);
        foreach (ILoss loss in (ILoss[])
        [
            new ImplicitScoreMatchingLoss(new() { Trace = TraceMethod.Hutchinson, Distribution = distribution }),
            new SlicedScoreMatchingLoss(new() { Distribution = distribution, Projections = 2 }),
            new SlicedScoreMatchingLoss(new() { Distribution = distribution, VarianceReduction = false }),
        ])
        {
            Tensor errors = loss.Evaluate(model, batch) - exact;
            double deviation = errors.std().ToDouble();
            Assert.InRange(errors.mean().ToDouble(), -3.9 * deviation / Math.Sqrt(Count), 3.9 * deviation / Math.Sqrt(Count));
            Assert.InRange(deviation, 0.05, 2);
        }
    }

    [Fact]
    public void Probes_with_entries_of_size_one_have_the_least_spread_and_more_of_them_less()
    {
        var model = new LinearField();
        LossBatch batch = Probed(20_000);
        double Spread(ProjectionDistribution distribution, int probes) =>
            new ImplicitScoreMatchingLoss(new() { Trace = TraceMethod.Hutchinson, Distribution = distribution, Probes = probes }).Evaluate(model, batch)
                .var()
                .ToDouble()
            - new ImplicitScoreMatchingLoss(new()).Evaluate(model, batch).var().ToDouble();

        // Var(vᵀAv) = Σ_{i≠j} a_ij (a_ij + a_ji) for signs, with the diagonal's 2 a_ii² on top for normal entries; over D² = 4.
        double signs = 2 * 0.5 * LinearField.OffDiagonal * LinearField.OffDiagonal;
        Assert.Equal(signs, Spread(ProjectionDistribution.Rademacher, 1), 0.05 * signs);
        Assert.Equal(signs / 4, Spread(ProjectionDistribution.Rademacher, 4), 0.05 * signs);
        Assert.True(Spread(ProjectionDistribution.Gaussian, 1) > 3 * signs);
    }

    [Fact]
    public void Weighted_by_maximum_likelihood_the_objective_bounds_the_divergence_of_the_sde_sampler()
    {
        // Data N(0, 0.36) under the exact process, s = −c(t) x with c 20 % too small: ½ T E g² ‖s − ∇ log p_t‖² over uniform times against the law of the SDE.
        NoiseSchedule schedule = ExactProcesses.VariancePreserving;
        var gaussian = new ExactMixture(new GaussianMixture([GaussianComponent.Isotropic(1, [0.0], 0.6)]));
        var loss = new ExplicitScoreMatchingLoss(new(), Known(gaussian));
        var weighting = new MaximumLikelihoodWeighting();
        double bound = Calculus.Integral(Summand, schedule.MinimumTime, schedule.Horizon, 12);

        double sampled = Calculus.Evolve(Backward, Variance(schedule.Horizon), schedule.Horizon, schedule.MinimumTime);
        double ratio = Variance(schedule.MinimumTime) / sampled;
        double divergence = 0.5 * (ratio - 1 - Math.Log(ratio));
        double closed = Calculus.Integral(
            t => 0.5 * schedule.DiffusionSquared(t) * Math.Pow(0.2 / Variance(t), 2) * Variance(t), schedule.MinimumTime, schedule.Horizon);
        Assert.Equal(closed, bound, 1e-8);
        Assert.InRange(divergence, 0.1 * bound, bound);

        double Summand(double t)
        {
            var quadrature = new ScoreMatchingQuadrature(gaussian, schedule, t);
            double expectation = quadrature.Expectation(loss, new WeakScore(Variance), new NoNoise());
            return weighting.WeightOn(loss.Residual, schedule.At(t), schedule) * expectation;
        }

        double Backward(double t, double variance) =>
            (2 * (schedule.Drift(t) + (schedule.DiffusionSquared(t) * 0.8 / Variance(t))) * variance) - schedule.DiffusionSquared(t);
        double Variance(double t) => Math.Pow(0.6 * schedule.At(t).Alpha, 2) + Math.Pow(schedule.At(t).Sigma, 2);
    }

    [Fact]
    public void Explicit_score_matching_says_beforehand_that_it_needs_the_density()
    {
        DataSet rows = Rows([0, 1]);
        string objection = new ExplicitScoreMatchingLoss(new(), rows).Objection(rows.Description)!;
        Assert.Contains("needs the density of the data, and that of 'rows' is not known", objection, StringComparison.Ordinal);
        Assert.Null(new ExplicitScoreMatchingLoss(new() { Density = ReferenceDensity.Kde }, rows).Objection(rows.Description));
        Assert.Null(new ExplicitScoreMatchingLoss(new(), Known(ExactProblems.Line)).Objection(Known(ExactProblems.Line).Description));
        Assert.Null(((ILoss)new DenoisingScoreMatchingLoss()).Objection(rows.Description));
    }

    /// <summary>Every objective with what it lacks from explicit score matching.</summary>
    private static IEnumerable<(ILoss Loss, double Constant)> Others(ScoreMatchingQuadrature quadrature)
    {
        int all = 1 << quadrature.Dimension;
        double fisher = quadrature.HalfFisherInformation;
        yield return (new ImplicitScoreMatchingLoss(new()), fisher);
        yield return (new ImplicitScoreMatchingLoss(new() { Trace = TraceMethod.Hutchinson, Probes = all }), fisher);
        yield return (new SlicedScoreMatchingLoss(new() { Projections = all, VarianceReduction = false }), fisher);
        yield return (new SlicedScoreMatchingLoss(new() { Projections = all }), fisher);
        yield return (new DenoisingScoreMatchingLoss(), fisher - quadrature.HalfKernelInformation);
    }

    private static (ScoreMatchingQuadrature Quadrature, ILoss Explicit) Problem(string data, string process)
    {
        ExactMixture mixture = data == "plane" ? ExactProblems.Plane : ExactProblems.Line;
        NoiseSchedule schedule = ExactProcesses.All.Single(p => p.Name == process).Schedule;
        return (new ScoreMatchingQuadrature(mixture, schedule, Level(process).T), new ExplicitScoreMatchingLoss(new(), Known(mixture)));
    }

    private static NoiseLevel Level(string process) => process switch
    {
        "variance-exploding" => ExactProcesses.VarianceExploding.At(0.8),
        "straight" => ExactProcesses.StraightPath.At(0.4),
        _ => ExactProcesses.VariancePreserving.At(0.35),
    };

    private static DataSet Known(ExactMixture mixture)
    {
        Tensor none = zeros(1, mixture.Dimension, dtype: ScalarType.Float64);
        return new(new DataDescription { Name = "mixture", Shape = [mixture.Dimension], Mixture = mixture.Mixture }, none, none);
    }

    private static DataSet Rows(double[] rows)
    {
        Tensor values = tensor(rows, [rows.Length, 1]);
        return new(new DataDescription { Name = "rows", Shape = [1] }, values, values);
    }

    private static void AssertClose(double expected, double actual) => Assert.Equal(expected, actual, Tolerance * Math.Max(1, Math.Abs(expected)));

    private static LossBatch Probed(int count)
    {
        var noise = new PhiloxNoiseSource(new NoiseKey(8, 0), 0, 1);
        Tensor like = empty(count, 2, dtype: ScalarType.Float64);
        return new LossBatch
        {
            Data = noise.Independent(100, like),
            Noise = noise.Independent(101, like),
            Levels = ExactProcesses.VariancePreserving.At(0.5),
            Schedule = ExactProcesses.VariancePreserving,
            Randomness = noise,
        };
    }

    /// <summary>s(x) = A x in the plane.</summary>
    private sealed class LinearField : IScoreModel
    {
        public const double OffDiagonal = 0.4;

        public Prediction Predict(Tensor x, NoiseLevels levels) =>
            new(PredictionKind.Score, x.matmul(tensor(new[,] { { -1.0, OffDiagonal }, { OffDiagonal, -0.7 } })), x, levels);
    }

    /// <summary>Four fifths of the score of N(0, v(t)).</summary>
    private sealed class WeakScore(Func<double, double> variance) : IScoreModel
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => new(PredictionKind.Score, levels.Scale(l => -0.8 / variance(l.T), x), x, levels);
    }

    private sealed class Frozen(IDenoiser denoiser) : IScoreModel
    {
        public Prediction Predict(Tensor x, NoiseLevels levels) => denoiser.Predict(x, levels);
    }
}

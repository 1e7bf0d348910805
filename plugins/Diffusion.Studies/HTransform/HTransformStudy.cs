using Diffusion.Studies.Numerics;
using MathNet.Numerics;

namespace Diffusion.Studies.HTransform;

/// <summary>A Brownian motion whose drift brings it to the target at time 1 exactly.</summary>
/// <remarks>
/// X_0 ~ π ∗ N(0, σ² I) and dX = σ² ∇ log h(X, t) dt + σ dB with h(·, t) the density of π ∗ N(0, σ² (1 − t) I). Then X_t has that law at every t, and X_1 ~ π.
/// Of π = N(0, 1) it is N(0, σ² (1 − t) + 1). <c>mean-deviation-k</c> and <c>variance-deviation-k</c> are of the first coordinate at t = k/4, less those of the
/// law; <c>share-deviation</c> is the share of paths that end below the target's mean, less its probability. Paths are Euler-Maruyama's, whose bias falls as
/// the step.
/// </remarks>
/// <param name="options">Its options.</param>
[Component(ComponentKind.Study, "h-transform", "The h-transform of a Brownian motion that ends at a known mixture, from the exact start.",
    Reference = "Doob's h-transform; Anderson 1982")]
[StudyParts(StudyParts.Data)]
public class HTransformStudy(HTransformOptions options) : IStudy
{
    private const int Quarters = 4;
    private const long MostWork = 20_000_000_000;

    /// <inheritdoc/>
    public string? Objection(StudySetting setting)
    {
        if (setting.Data!.Description.Mixture is not { } mixture)
            return $"needs data whose density is known, a Gaussian mixture, and that of '{setting.Data.Description.Name}' is not";
        if (options.Steps % Quarters != 0)
            return $"keeps states at quarters of the way, and {options.Steps} steps have none there: a multiple of {Quarters}";
        double work = (double)options.Steps * options.Paths * mixture.Components.Count * mixture.Dimension * mixture.Dimension;
        return work > MostWork
            ? FormattableString.Invariant($"would take {work:e1} terms of the score, and at most {MostWork:e1} are reasonable: fewer 'paths' or 'steps'")
            : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(StudySetting setting) =>
    [
        .. Enumerable.Range(1, Quarters).SelectMany(k => new[] { DeclaredValue.Sampled(Name("mean", k)), DeclaredValue.Sampled(Name("variance", k)) }),
        DeclaredValue.Sampled("share-deviation"),
    ];

    /// <inheritdoc/>
    public StudyResult Run(StudyContext context)
    {
        GaussianMixture target = context.Data!.Description.Mixture!;
        int dimension = target.Dimension, count = options.Paths;
        StudyDraws draws = new(context.Randomness);
        double[] state = options.Start == StartLaw.Exact
            ? Draw(target, draws, options.Sigma)
            : [.. draws.Normal(1, count * dimension).Select(z => options.Sigma * z)];
        double h = 1.0 / options.Steps, sigma2 = options.Sigma * options.Sigma;
        double[] score = new double[dimension];
        List<MetricValue> values = [];
        List<(double Time, double Measured, double Known)> variances = [];
        Measure(0);
        for (int step = 0; step < options.Steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            double t = (double)step / options.Steps;
            MixtureDensity law = new(target.At(new NoiseLevel(1 - t, 1, options.Sigma * Math.Sqrt(1 - t))));
            double[] noise = draws.Normal(step + 2, count * dimension);
            for (int path = 0; path < count; path++)
            {
                Span<double> x = state.AsSpan(path * dimension, dimension);
                law.Score(x, score);
                for (int i = 0; i < dimension; i++)
                    x[i] += (Drift(sigma2, score[i]) * h) + (options.Sigma * Math.Sqrt(h) * noise[(path * dimension) + i]);
            }

            if ((step + 1) * Quarters % options.Steps == 0)
                Measure((step + 1) * Quarters / options.Steps);
        }

        double mean = target.Components.Sum(component => component.Weight * component.Mean[0]);
        double below = target.Components.Sum(
            component => component.Weight * 0.5 * SpecialFunctions.Erfc((component.Mean[0] - mean) / Math.Sqrt(2 * component.Covariance[0, 0])));
        values.Add(ComputedValue.Mean("share-deviation", [.. First().Select(x => (x < mean ? 1 : 0) - below)]) with { Goal = MetricGoal.Near(0) });
        return new(values)
        {
            Curves = [
                new("variance", "t", "variance of the first coordinate", [.. variances.Select(point => point.Time)], [
                    new("paths", [.. variances.Select(point => point.Measured)]),
                    new("theory", [.. variances.Select(point => point.Known)]) { IsReference = true },
                ]),
            ],
        };

        double[] First() => [.. Enumerable.Range(0, count).Select(path => state[path * dimension])];

        void Measure(int quarter)
        {
            double t = (double)quarter / Quarters;
            double known = target.Components.Sum(component => component.Weight * component.Mean[0]);
            double variance = target.Components.Sum(component => component.Weight * (component.Covariance[0, 0] + Math.Pow(component.Mean[0] - known, 2)))
                + (sigma2 * (1 - t));
            double[] first = First();
            variances.Add((t, first.Sum(x => (x - known) * (x - known)) / count, variance));
            if (quarter == 0)
                return;
            values.Add(Deviations.Mean(Name("mean", quarter), first, known));
            values.Add(Deviations.Variance(Name("variance", quarter), first, known, variance));
        }
    }

    /// <summary>The drift: σ² ∇ log h.</summary>
    /// <param name="sigmaSquared">σ².</param>
    /// <param name="score">A coordinate of ∇ log h.</param>
    protected virtual double Drift(double sigmaSquared, double score) => sigmaSquared * score;

    /// <summary>What the start adds to a draw of the target: this many standard normal numbers.</summary>
    /// <param name="sigma">σ.</param>
    protected virtual double StartNoise(double sigma) => sigma;

    private static string Name(string what, int quarter) => FormattableString.Invariant($"{what}-deviation-{quarter}");

    // Draws of the target with the noise of the start.
    private double[] Draw(GaussianMixture target, StudyDraws draws, double sigma)
    {
        int dimension = target.Dimension;
        double[] choice = draws.Uniform(0, options.Paths), own = draws.Normal(1, options.Paths * dimension);
        double[] added = draws.Normal(options.Steps + 2, options.Paths * dimension), state = new double[options.Paths * dimension];
        double[][,] factors = [.. target.Components.Select(component => component.CholeskyFactor())];
        for (int path = 0; path < options.Paths; path++)
        {
            int k = 0;
            double place = choice[path];
            while (k < factors.Length - 1 && place >= target.Components[k].Weight)
                place -= target.Components[k++].Weight;
            for (int i = 0; i < dimension; i++)
            {
                double x = target.Components[k].Mean[i];
                for (int j = 0; j <= i; j++)
                    x += factors[k][i, j] * own[(path * dimension) + j];
                state[(path * dimension) + i] = x + (StartNoise(sigma) * added[(path * dimension) + i]);
            }
        }

        return state;
    }
}

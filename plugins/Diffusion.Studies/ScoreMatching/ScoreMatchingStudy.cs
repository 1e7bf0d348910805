using Diffusion.Studies.Numerics;

namespace Diffusion.Studies.ScoreMatching;

/// <summary>The losses of score matching as functions of one family of scores: constants, gradients, and the variance of what estimates them.</summary>
/// <remarks>
/// With p_σ the data under noise σ, explicit, implicit and denoising score matching are
/// <code>
/// ESM = ½ E‖s − ∇ log p_σ‖²,   ISM = E[∇·s + ½ ‖s‖²],   DSM = ½ E‖s(x + σ z) + z/σ‖²
/// ESM = ISM + C,   ESM = DSM + C − D/(2 σ²),   C = ½ E‖∇ log p_σ‖²
/// </code>
/// ESM and C are integrated on a mesh, ISM by Gauss-Hermite quadrature over the noisy components, DSM over data and noise apart: three computations that share
/// nothing. <c>ism-constant-error</c> and <c>dsm-constant-error</c> are the largest differences between the losses less their constants, over some parameters,
/// <c>gradient-error</c> the largest difference between gradients. <c>…-gradient-variance</c> is the mean square distance of one draw's gradient from its mean:
/// of ISM with the exact trace, of Hutchinson's (signs), of sliced score matching (v ~ N(0, I), ½ (v·s)²), and of DSM.
/// </remarks>
/// <param name="options">Its options.</param>
[Component(ComponentKind.Study, "score-matching", "Explicit, implicit, sliced and denoising score matching of one family: constants, gradients, variances.",
    Reference = "Hyvärinen 2005; Vincent 2011; Song et al. 2019, Sliced score matching")]
[StudyParts(StudyParts.Data)]
public class ScoreMatchingStudy(ScoreMatchingOptions options) : IStudy
{
    private const int LargestDimension = 2;
    private const double Deviations = 10;

    private static readonly string[] Estimators = ["ism", "hutchinson", "sliced", "dsm"];

    /// <inheritdoc/>
    public string? Objection(StudySetting setting)
    {
        if (setting.Data!.Description.Mixture is not { } mixture)
            return $"needs data whose density is known, a Gaussian mixture, and that of '{setting.Data.Description.Name}' is not";
        return mixture.Dimension > LargestDimension
            ? $"integrates on a mesh, in one or two dimensions, and '{setting.Data.Description.Name}' has {mixture.Dimension}"
            : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(StudySetting setting) =>
    [
        DeclaredValue.Computed("ism-constant-error"), DeclaredValue.Computed("dsm-constant-error"), DeclaredValue.Computed("gradient-error"),
        .. Estimators.Select(name => DeclaredValue.Sampled($"{name}-gradient-variance")),
    ];

    /// <inheritdoc/>
    public StudyResult Run(StudyContext context)
    {
        GaussianMixture data = context.Data!.Description.Mixture!;
        GaussianMixture noisy = data.At(new NoiseLevel(1, 1, options.Sigma));
        QuadraticLoss explicitLoss = Explicit(noisy, context.Cancellation), implicitLoss = Implicit(noisy), denoising = Denoising(data, context.Cancellation);
        // ½ E‖∇ log p_σ‖² is what the explicit loss has where there is no score.
        double constant = explicitLoss.Constant, added = constant - (data.Dimension / (2 * options.Sigma * options.Sigma));
        double scale = ScoreFamily.Probes.Max(parameters => Math.Abs(explicitLoss.Value(parameters))) + denoising.Constant;
        double gradient = ScoreFamily.Probes.Max(parameters =>
        {
            double[] one = explicitLoss.Gradient(parameters), two = implicitLoss.Gradient(parameters), three = denoising.Gradient(parameters);
            return Enumerable.Range(0, one.Length).Max(k => Math.Max(Math.Abs(one[k] - two[k]), Math.Abs(one[k] - three[k])));
        });
        MetricValue[] variances = Variances(data, context);
        return new([
            ComputedValue.Exact(
                "ism-constant-error", ScoreFamily.Probes.Max(p => Math.Abs(explicitLoss.Value(p) - implicitLoss.Value(p) - constant)), scale),
            ComputedValue.Exact("dsm-constant-error", ScoreFamily.Probes.Max(p => Math.Abs(explicitLoss.Value(p) - denoising.Value(p) - added)), scale),
            ComputedValue.Exact("gradient-error", gradient, scale),
            .. variances,
        ])
        {
            Curves = [new("gradient-variance", "1 ISM, 2 Hutchinson, 3 sliced, 4 DSM", "variance of a draw's gradient", [1, 2, 3, 4], [
                new("variance", [.. variances.Select(value => value.Value)]),
            ]) { IsLogY = true }],
        };
    }

    /// <summary>What the score is compared with in denoising score matching, ∇ log q(x + σ z | x).</summary>
    /// <param name="z">A coordinate of the noise.</param>
    /// <param name="sigma">σ.</param>
    protected virtual double Target(double z, double sigma) => -z / sigma;

    /// <summary>What stands beside a parameter in implicit score matching: ∇·φ.</summary>
    /// <param name="divergence">∇·φ.</param>
    protected virtual double Trace(double divergence) => divergence;

    // The trapezoidal rule, which converges faster than any power on functions that fall off like these.
    private QuadraticLoss Explicit(GaussianMixture noisy, CancellationToken cancellation)
    {
        MixtureDensity density = new(noisy);
        int dimension = noisy.Dimension;
        double[] low = new double[dimension], width = new double[dimension], x = new double[dimension], score = new double[dimension];
        for (int axis = 0; axis < dimension; axis++)
        {
            double from = noisy.Components.Min(component => component.Mean[axis] - (Deviations * Math.Sqrt(component.Covariance[axis, axis])));
            double to = noisy.Components.Max(component => component.Mean[axis] + (Deviations * Math.Sqrt(component.Covariance[axis, axis])));
            (low[axis], width[axis]) = (from, (to - from) / (options.Places - 1));
        }

        QuadraticLoss loss = new();
        for (int row = 0; row < (dimension == 1 ? 1 : options.Places); row++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int column = 0; column < options.Places; column++)
            {
                x[0] = low[0] + (column * width[0]);
                if (dimension == 2)
                    x[1] = low[1] + (row * width[1]);
                density.Score(x, score);
                loss.Add(
                    density.Density(x) * width.Aggregate(1.0, (product, step) => product * step), x, k => -ScoreFamily.Along(k, x, score),
                    0.5 * score.Sum(value => value * value));
            }
        }

        return loss;
    }

    private QuadraticLoss Implicit(GaussianMixture noisy)
    {
        QuadraticLoss loss = new();
        var rule = NormalQuadrature.Product(options.Nodes, noisy.Dimension);
        foreach ((double weight, double[] x) in noisy.Components.SelectMany(rule.Over))
            loss.Add(weight, x, k => Trace(ScoreFamily.Divergence(k, x)), 0);
        return loss;
    }

    private QuadraticLoss Denoising(GaussianMixture data, CancellationToken cancellation)
    {
        QuadraticLoss loss = new();
        var rule = NormalQuadrature.Product(options.Nodes, data.Dimension);
        double[] noisy = new double[data.Dimension], target = new double[data.Dimension];
        foreach ((double weight, double[] x) in data.Components.SelectMany(rule.Over))
        {
            cancellation.ThrowIfCancellationRequested();
            for (int n = 0; n < rule.Points.Count; n++)
            {
                for (int i = 0; i < noisy.Length; i++)
                {
                    noisy[i] = x[i] + (options.Sigma * rule.Points[n][i]);
                    target[i] = Target(rule.Points[n][i], options.Sigma);
                }

                loss.Add(weight * rule.Weights[n], noisy, k => -ScoreFamily.Along(k, noisy, target), 0.5 * target.Sum(value => value * value));
            }
        }

        return loss;
    }

    // At the second of the parameters: draws of the noisy data, of signs and of directions.
    private MetricValue[] Variances(GaussianMixture data, StudyContext context)
    {
        StudyDraws draws = new(context.Randomness);
        int dimension = data.Dimension, count = options.Draws;
        double[] parameters = ScoreFamily.Probes[1];
        double[] choice = draws.Uniform(0, count), own = draws.Normal(1, count * dimension), noise = draws.Normal(2, count * dimension);
        double[] direction = draws.Normal(3, count * dimension);
        double[][,] factors = [.. data.Components.Select(component => component.CholeskyFactor())];
        double[][][] gradients = [.. Estimators.Select(_ => new double[count][])];
        double[] x = new double[dimension], score = new double[dimension], signs = new double[dimension], target = new double[dimension];
        for (int draw = 0; draw < count; draw++)
        {
            if (draw % 10_000 == 0)
                context.Cancellation.ThrowIfCancellationRequested();
            int component = 0;
            double place = choice[draw];
            while (component < factors.Length - 1 && place >= data.Components[component].Weight)
                place -= data.Components[component++].Weight;
            ReadOnlySpan<double> v = direction.AsSpan(draw * dimension, dimension);
            for (int i = 0; i < dimension; i++)
            {
                x[i] = data.Components[component].Mean[i] + (options.Sigma * noise[(draw * dimension) + i]);
                for (int j = 0; j <= i; j++)
                    x[i] += factors[component][i, j] * own[(draw * dimension) + j];
                target[i] = Target(noise[(draw * dimension) + i], options.Sigma);
                signs[i] = Math.Sign(v[i]);
            }

            for (int i = 0; i < dimension; i++)
            {
                score[i] = 0;
                for (int k = 0; k < parameters.Length; k++)
                    score[i] += parameters[k] * ScoreFamily.Feature(k, x, i);
            }

            double along = 0;
            for (int i = 0; i < dimension; i++)
                along += v[i] * score[i];
            for (int estimator = 0; estimator < gradients.Length; estimator++)
                gradients[estimator][draw] = new double[parameters.Length];
            for (int k = 0; k < parameters.Length; k++)
            {
                double square = ScoreFamily.Along(k, x, score);
                gradients[0][draw][k] = square + ScoreFamily.Divergence(k, x);
                gradients[1][draw][k] = square + ScoreFamily.Quadratic(k, x, signs);
                gradients[2][draw][k] = (ScoreFamily.Along(k, x, v) * along) + ScoreFamily.Quadratic(k, x, v);
                gradients[3][draw][k] = square - ScoreFamily.Along(k, x, target);
            }
        }

        return [.. Estimators.Select((name, estimator) =>
        {
            double[] mean = [.. Enumerable.Range(0, parameters.Length).Select(k => gradients[estimator].Average(one => one[k]))];
            return ComputedValue.Mean($"{name}-gradient-variance", [.. gradients[estimator].Select(one => one.Zip(mean, (a, b) => (a - b) * (a - b)).Sum())]);
        })];
    }
}

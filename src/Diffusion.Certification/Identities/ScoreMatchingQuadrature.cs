using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Certification;

/// <summary>
/// Expectations over the noisy data of a Gaussian mixture at one level, by quadrature instead of draws: what a loss tends to as the batch grows, to
/// rounding.
/// </summary>
/// <remarks>
/// <para>
/// x_t is integrated by the trapezoid rule on a grid that covers the marginal p_t; for analytic integrands that fall like a Gaussian it converges
/// faster than any power of the spacing. Given x_t and the component, ε is Gaussian, and the denoising losses are quadratic in it: two nodes a dimension
/// (mean ± standard deviation) integrate cubic polynomials exactly. So one batch of nodes (x_0, ε) with weights serves every loss, those of x_t alone
/// and those of the pair.
/// </para>
/// <code>
/// ε | x_t, k ~ N(σ S_k⁻¹ (x_t − α μ_k), I − σ² S_k⁻¹),     S_k = α² C_k + σ² I,     x_0 = (x_t − σ ε)/α
/// </code>
/// </remarks>
public sealed class ScoreMatchingQuadrature
{
    // Standard deviations of a component that the grid covers: the density has fallen by e^(−72).
    private const double Reach = 12;

    private readonly double[] _weights;
    private readonly double[] _data;
    private readonly double[] _noise;
    private readonly double[] _scores;
    private readonly NoiseSchedule _schedule;
    private readonly NoiseLevel _level;

    /// <param name="mixture">The data's distribution, in one or two dimensions.</param>
    /// <param name="schedule">The process.</param>
    /// <param name="time">The time of the level, with α &gt; 0 and σ &gt; 0.</param>
    /// <param name="spacing">Spacing of the grid in the smallest standard deviation of a component of p_t.</param>
    /// <exception cref="ArgumentException">More than two dimensions.</exception>
    public ScoreMatchingQuadrature(ExactMixture mixture, NoiseSchedule schedule, double time, double spacing = 0.4)
    {
        if (mixture.Dimension > 2)
            throw new ArgumentException("The grid has one or two dimensions.", nameof(mixture));

        (_schedule, _level, Dimension) = (schedule, schedule.At(time), mixture.Dimension);
        List<double> weights = [];
        List<double> data = [];
        List<double> noise = [];
        List<double> scores = [];
        foreach ((double[] point, double cell) in Grid(mixture, spacing))
        {
            double[] score = [.. mixture.Noise(point, _level.Alpha, _level.Sigma).Select(value => -value / _level.Sigma)];
            foreach ((double probability, double[] epsilon) in mixture.NoiseNodes(point, _level.Alpha, _level.Sigma))
            {
                double weight = probability * cell;
                if (weight < 1e-30)
                    continue;

                weights.Add(weight);
                noise.AddRange(epsilon);
                data.AddRange(point.Zip(epsilon, (x, e) => (x - (_level.Sigma * e)) / _level.Alpha));
                scores.AddRange(score);
            }
        }

        (_weights, _data, _noise, _scores) = ([.. weights], [.. data], [.. noise], [.. scores]);
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>Number of nodes.</summary>
    public int Count => _weights.Length;

    /// <summary>Σ w, which is 1 up to the error of the quadrature.</summary>
    public double TotalWeight => _weights.Sum();

    /// <summary>½ E‖∇ log p_t‖²/D: what explicit exceeds implicit score matching by.</summary>
    public double HalfFisherInformation => HalfMeanSquare(_scores);

    /// <summary>½ E‖ε/σ‖²/D = 1/(2σ²): with the above, what denoising exceeds explicit score matching by.</summary>
    public double HalfKernelInformation => HalfMeanSquare(_noise) / (_level.Sigma * _level.Sigma);

    /// <summary>The expectation of a loss, without its weighting.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="model">The model.</param>
    /// <param name="probes">Where the loss draws its probes; <see cref="EnumeratedProbes"/> for an exact mean over them.</param>
    public double Expectation(ILoss loss, IScoreModel model, INoiseSource probes)
    {
        using DisposeScope scope = NewDisposeScope();
        return Mean(loss, model, probes).ToDouble();
    }

    /// <summary>The gradient of <see cref="Expectation"/> with respect to parameters, one after the other in one list.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="model">The model.</param>
    /// <param name="parameters">Leaves that the model depends on, with gradient required.</param>
    /// <param name="probes">Where the loss draws its probes.</param>
    public IReadOnlyList<double> Gradient(ILoss loss, IScoreModel model, IReadOnlyList<Tensor> parameters, INoiseSource probes)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor> gradients = Differentiation.Gradients(Mean(loss, model, probes), parameters);
        return [.. gradients.SelectMany(gradient => gradient.flatten().data<double>().ToArray())];
    }

    /// <summary>½ E‖s − ∇ log p_t‖²/D of a model, from the exact score at the nodes.</summary>
    public double ExplicitScoreMatching(IScoreModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        return ExplicitMean(model).ToDouble();
    }

    /// <summary>The gradient of <see cref="ExplicitScoreMatching"/> with respect to parameters, one after the other in one list.</summary>
    public IReadOnlyList<double> ExplicitScoreMatchingGradient(IScoreModel model, IReadOnlyList<Tensor> parameters)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor> gradients = Differentiation.Gradients(ExplicitMean(model), parameters);
        return [.. gradients.SelectMany(gradient => gradient.flatten().data<double>().ToArray())];
    }

    private Tensor ExplicitMean(IScoreModel model)
    {
        long[] shape = [Count, Dimension];
        Tensor state = (tensor(_data, shape) * _level.Alpha) + (tensor(_noise, shape) * _level.Sigma);
        Tensor error = model.Predict(state, _level).Score - tensor(_scores, shape);
        return 0.5 * (error.square().mean([1]) * tensor(_weights)).sum();
    }

    private Tensor Mean(ILoss loss, IScoreModel model, INoiseSource probes)
    {
        long[] shape = [Count, Dimension];
        var batch = new LossBatch
        {
            Data = tensor(_data, shape),
            Noise = tensor(_noise, shape),
            Levels = _level,
            Schedule = _schedule,
            Randomness = probes,
        };
        return (loss.Evaluate(model, batch) * tensor(_weights)).sum();
    }

    private double HalfMeanSquare(double[] rows)
    {
        double sum = 0;
        for (int i = 0; i < rows.Length; i++)
            sum += _weights[i / Dimension] * rows[i] * rows[i];
        return 0.5 * sum / Dimension;
    }

    /// <summary>Points with the area of their cell.</summary>
    private IEnumerable<(double[] Point, double Cell)> Grid(ExactMixture mixture, double spacing)
    {
        double[] smallest = [.. mixture.Components.Select(c => Deviation(c.Eigenvalues.Min()))];
        double step = spacing * smallest.Min();
        double[][] axes = [.. Enumerable.Range(0, Dimension).Select(i =>
        {
            double low = mixture.Components.Min(c => (_level.Alpha * c.Mean[i]) - (Reach * Deviation(c.Eigenvalues.Max())));
            double high = mixture.Components.Max(c => (_level.Alpha * c.Mean[i]) + (Reach * Deviation(c.Eigenvalues.Max())));
            return Enumerable.Range(0, (int)Math.Ceiling((high - low) / step) + 1).Select(n => low + (n * step)).ToArray();
        })];
        return Dimension == 1
            ? axes[0].Select(x => ((double[])[x], step))
            : axes[0].SelectMany(x => axes[1].Select(y => ((double[])[x, y], step * step)));
    }

    private double Deviation(double variance) => Math.Sqrt((_level.Alpha * _level.Alpha * variance) + (_level.Sigma * _level.Sigma));
}

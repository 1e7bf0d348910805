using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="LogLikelihoodMetric"/>.</summary>
public sealed record LogLikelihoodOptions : ComponentOptions
{
    [Description("Divergence of the flow: exact (one backward pass per dimension) or hutchinson (random probes, unbiased).")]
    public Divergence Divergence { get; init; }

    [Description("Hutchinson's probes per row.")]
    [Range(1, 10_000)]
    public int Probes { get; init; } = 1;

    [Description("What the probes are drawn from: rademacher or gaussian.")]
    public ProbeDistribution ProbeDistribution { get; init; }

    [Description("Error allowed in a step of the flow, relative and absolute.")]
    [Range(1e-13, 0.1)]
    public double Tolerance { get; init; } = 1e-5;

    [Description("Density at the noisiest level: normal (the sampler's start), matched (the reference's mean and covariance) or exact (known mixtures).")]
    public TerminalPrior Prior { get; init; }

    [Description("Reference rows to evaluate, from the first; 0 takes all.")]
    [Range(0, int.MaxValue)]
    public int Rows { get; init; } = 1024;
}

/// <summary>The negative log-likelihood of the reference under the model's probability flow, in nats, and in bits per dimension.</summary>
/// <remarks>
/// log p_0(x) = log p_T(x_T) + ∫ div(f x − ½ g² s) dt, integrated with step control; means and standard errors over rows, in which the scatter of
/// Hutchinson's probes is contained. Rows count as states of the grid's smallest noise, and are in the data's own units: standardised
/// dimensions contribute their log scales. Bits per dimension are −log p/(D log 2) of the continuous density, without any offset for
/// quantised data. The model must be differentiable in its state.
/// </remarks>
[Component(ComponentKind.Metric, "log-likelihood",
    "The negative log-likelihood of the reference under the model's probability flow, in nats and in bits per dimension.",
    Reference = "Song et al. 2021, section 4.3", Aliases = ["negative-log-likelihood", "bits-per-dimension"])]
public sealed class LogLikelihoodMetric(LogLikelihoodOptions options) : IMetric
{
    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => options.Prior == TerminalPrior.Exact && setting.Data.Mixture is null
        ? $"cannot take the exact density at the noisiest level: the data '{setting.Data.Name}' are not a known mixture; choose prior normal or matched"
        : null;

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) =>
        [DeclaredValue.Sampled("negative-log-likelihood"), DeclaredValue.Sampled("bits-per-dimension")];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no model, or the data are not a known mixture but its density is asked for.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        IProbabilityFlow flow = input.RequireFlow("log-likelihood");
        Tensor rows = input.ReferenceRows(options.Rows);
        FlowLikelihood likelihood = flow.LogLikelihood(rows, new LikelihoodSettings
        {
            Tolerance = options.Tolerance,
            Divergence = options.Divergence,
            Probes = options.Probes,
            ProbeDistribution = options.ProbeDistribution,
            Randomness = input.Randomness,
            TerminalLogDensity = Prior(input),
        });

        long dimension = rows.numel() / rows.shape[0];
        double logScale = input.Data.Standardization?.Scale.Sum(Math.Log) ?? 0;
        double[] nats = [.. likelihood.LogDensity.data<double>().ToArray().Select(logDensity => logScale - logDensity)];
        return
        [
            nats.ToMetric("negative-log-likelihood"),
            nats.Select(value => value / (dimension * Math.Log(2))).ToArray().ToMetric("bits-per-dimension"),
        ];
    }

    private Func<Tensor, NoiseLevel, Tensor>? Prior(MetricInput input)
    {
        if (options.Prior == TerminalPrior.Normal)
            return null;

        GaussianMixture data = options.Prior == TerminalPrior.Matched
            ? Moments(input.Reference)
            : input.Data.Mixture ?? throw new ArgumentException(
                $"The data '{input.Data.Name}' are not a known mixture, so log-likelihood cannot take their exact density at the noisiest level: "
                    + "choose prior normal or matched.");
        return (x, level) => tensor(data.At(level).LogDensity(x.contiguous().data<double>().ToArray()));
    }

    private static GaussianMixture Moments(Tensor reference)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = reference.to(ScalarType.Float64).cpu().reshape(reference.shape[0], -1);
        Tensor mean = rows.mean([0]);
        Tensor centred = rows - mean;
        double[] flat = (centred.t().matmul(centred) / rows.shape[0]).contiguous().data<double>().ToArray();
        int dimension = (int)rows.shape[1];
        double[,] covariance = new double[dimension, dimension];
        for (int i = 0; i < dimension; i++)
        {
            // Symmetric to the bit, which a product of matrices need not be.
            for (int j = 0; j < dimension; j++)
                covariance[i, j] = flat[(Math.Max(i, j) * dimension) + Math.Min(i, j)];
        }

        return new GaussianMixture([new GaussianComponent(1, mean.data<double>().ToArray(), covariance)]);
    }
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>Options of <see cref="LatentInterpolationMetric"/>.</summary>
public sealed record LatentInterpolationOptions : ComponentOptions
{
    [Description("Pairs of neighbouring reference rows to interpolate between, from the first.")]
    [Range(1, int.MaxValue)]
    public int Pairs { get; init; } = 128;

    [Description("Points of each path between its ends.")]
    [Range(1, 1000)]
    public int Points { get; init; } = 15;

    [Description("Error allowed in a step of the flow, relative and absolute.")]
    [Range(1e-13, 0.1)]
    public double Tolerance { get; init; } = 1e-4;
}

/// <summary>How direct the paths are that the model draws between data: length of the decoded path over the distance of its ends, 1 at best.</summary>
/// <remarks>
/// Rows 2i and 2i + 1 of the reference are encoded, their latents interpolated spherically (Shoemake 1985; straight where they point the same
/// way, or opposite ways as two latents in one dimension do, so that no arc is singled out), and every point of the arc is decoded:
/// <code>
/// z(u) = [sin((1 − u) ω) z₀ + sin(u ω) z₁]/sin ω,   cos ω = z₀·z₁/(‖z₀‖ ‖z₁‖)
/// </code>
/// Lengths are sums of straight pieces. Pairs whose rows coincide are left out. A model that has learnt more than single points bends paths
/// around regions without data, and no further; a ragged flow makes them long.
/// </remarks>
[Component(ComponentKind.Metric, "latent-interpolation", "Length of decoded spherical interpolations between reference rows over the distance of their ends.",
    Reference = "Song, Meng & Ermon 2021, section 5.3", Aliases = ["latent-path-length"])]
public sealed class LatentInterpolationMetric(LatentInterpolationOptions options) : IMetric
{
    // Nearer to 0 or π, sin ω carries no digits.
    private const double SmallestAngle = 1e-4;

    /// <inheritdoc/>
    public string? Objection(MetricSetting setting)
    {
        using DisposeScope scope = NewDisposeScope();
        long pairs = Math.Min(options.Pairs, setting.Reference.shape[0] / 2);
        if (pairs == 0)
            return "needs at least two reference rows";
        Tensor rows = setting.Reference.narrow(0, 0, 2 * pairs).reshape(pairs, 2, -1);
        return rows.select(1, 0).equal(rows.select(1, 1)).all().ToBoolean() ? "cannot be computed: the rows of every pair that it would join coincide" : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<DeclaredValue> Declare(MetricSetting setting) => [DeclaredValue.Sampled("latent-interpolation")];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no model, or no pair of different rows.</exception>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        IProbabilityFlow flow = input.RequireFlow("latent-interpolation");
        long pairs = Math.Min(options.Pairs, input.Reference.shape[0] / 2);
        if (pairs == 0)
            throw new ArgumentException("latent-interpolation needs at least two reference rows.");

        Tensor rows = input.Reference.narrow(0, 0, 2 * pairs).reshape(pairs, 2, -1);
        Tensor latents = flow.Encode(input.Reference.narrow(0, 0, 2 * pairs), options.Tolerance).reshape(pairs, 2, -1);
        (Tensor first, Tensor second) = (latents.select(1, 0), latents.select(1, 1));
        Tensor arc = stack([.. Enumerable.Range(1, options.Points).Select(i => Spherical(first, second, i / (options.Points + 1.0)))], 1);
        Tensor decoded = flow.Decode(arc.reshape([pairs * options.Points, .. input.Reference.shape[1..]]), options.Tolerance);

        Tensor path = cat([rows.narrow(1, 0, 1), decoded.reshape(pairs, options.Points, -1), rows.narrow(1, 1, 1)], 1);
        Tensor pieces = path.narrow(1, 1, options.Points + 1) - path.narrow(1, 0, options.Points + 1);
        double[] lengths = pieces.square().sum(dim: 2).sqrt().sum(dim: 1).data<double>().ToArray();
        double[] distances = (rows.select(1, 1) - rows.select(1, 0)).square().sum(dim: 1).sqrt().data<double>().ToArray();
        double[] ratios = [.. lengths.Zip(distances).Where(pair => pair.Second > 0).Select(pair => pair.First / pair.Second)];
        return ratios.Length == 0
            ? throw new ArgumentException("The pairs of reference rows that latent-interpolation would join coincide.")
            : [ratios.ToMetric("latent-interpolation")];
    }

    private static Tensor Spherical(Tensor from, Tensor to, double fraction)
    {
        Tensor cosine = (from * to).sum(dim: 1, keepdim: true) / (from.norm(1, keepdim: true, p: 2) * to.norm(1, keepdim: true, p: 2));
        Tensor angle = cosine.clamp(-1, 1).acos();
        Tensor isArc = (angle > SmallestAngle).logical_and(angle < Math.PI - SmallestAngle);
        Tensor sine = where(isArc, angle.sin(), ones_like(angle));
        Tensor ofFrom = where(isArc, (angle * (1 - fraction)).sin() / sine, full_like(angle, 1 - fraction));
        Tensor ofTo = where(isArc, (angle * fraction).sin() / sine, full_like(angle, fraction));
        return (from * ofFrom) + (to * ofTo);
    }
}

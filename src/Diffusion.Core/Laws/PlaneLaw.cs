using Diffusion.Numerics;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Laws;

/// <summary>The law of a map's output in the plane, by a grid of starts: expectations under the start law, with Jacobians by central differences.</summary>
/// <remarks>
/// The grid covers eight standard deviations of every component of the start; its sums converge faster than any power of the spacing where the map is smooth.
/// </remarks>
/// <param name="start">The law of the start.</param>
/// <param name="map">The map: states (B, 2) to states (B, 2), float64.</param>
/// <param name="target">The law to compare with.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class PlaneLaw(GaussianMixture start, Func<Tensor, Tensor> map, GaussianMixture target, CancellationToken cancellationToken)
{
    private const double Reach = 8;
    private const double DifferenceStep = 2e-5;

    // Rounding may turn a Jacobian around far out, where there is no mass.
    private const double NoMass = 1e-12;
    private const int LargestBatch = 32_768;

    /// <summary>Compares the output's law with the target.</summary>
    /// <param name="settings">How finely.</param>
    /// <param name="noisy">p_T.</param>
    /// <param name="prior">N(0, σ_T² I).</param>
    public SamplerLawValues Compare(SamplerLawSettings settings, GaussianMixture noisy, GaussianMixture prior)
    {
        (double[] points, double cell) = Grid(start, settings.PlanePoints);
        double[] logStart = start.LogDensity(points);
        double step = DifferenceStep * Math.Sqrt(start.Components.Min(component => Math.Min(component.Covariance[0, 0], component.Covariance[1, 1])));
        double[] ends = Move(points, 0, 0);
        double[] determinants = Determinants(points, step);
        double[] logTarget = target.LogDensity(ends);
        double[][] posterior = Responsibilities(ends, logTarget);

        double[] weights = [.. logStart.Select(value => Math.Exp(value) * cell)];
        LawValue fold = Sum(i => determinants[i] > 0 ? 0 : 1);
        LawValue[] means = [.. Enumerable.Range(0, 2).Select(d => Sum(i => ends[(2 * i) + d]))];
        (double[] targetMean, double[] targetVariance) = Moments();
        return new()
        {
            // Where the map folds, other branches add to the density and this formula does not hold.
            Kl = fold.Value < NoMass ? Sum(i => determinants[i] > 0 ? logStart[i] - Math.Log(determinants[i]) - logTarget[i] : 0) : null,
            FoldMass = fold,
            Mean = [.. means.Select((mean, d) => mean with { Target = targetMean[d] })],
            Variance = [.. Enumerable.Range(0, 2).Select(d => Sum(i => Square(ends[(2 * i) + d] - means[d].Value)) with { Target = targetVariance[d] })],
            Modes = [.. Enumerable.Range(0, target.Components.Count).Select(Mode)],
            PriorKl = PriorKl(noisy, prior, settings.PlanePoints),
            Points = 5L * points.Length / 2,
        };

        LawMode Mode(int k)
        {
            LawValue weight = Sum(i => posterior[i][k]);
            double[] centre = [.. Enumerable.Range(0, 2).Select(d => Sum(i => posterior[i][k] * ends[(2 * i) + d]).Value / weight.Value)];
            LawValue spread = Sum(i => posterior[i][k] * (Square(ends[2 * i] - centre[0]) + Square(ends[(2 * i) + 1] - centre[1])) / 2);
            double[,] own = target.Components[k].Covariance;
            return new(
                weight with { Target = target.Components[k].Weight },
                new(spread.Value / weight.Value, (spread.Error + (Math.Abs(spread.Value / weight.Value) * weight.Error)) / weight.Value)
                {
                    Target = (own[0, 0] + own[1, 1]) / 2,
                });
        }

        // A sum over the grid, and how far the grid of twice its spacing is from it.
        LawValue Sum(Func<int, double> term)
        {
            (double all, double coarse) = (0, 0);
            int side = settings.PlanePoints;
            for (int i = 0; i < weights.Length; i++)
            {
                double part = weights[i] == 0 ? 0 : weights[i] * term(i);
                all += part;
                if (i / side % 2 == 0 && i % side % 2 == 0)
                    coarse += 4 * part;
            }

            return new(all, Math.Abs(all - coarse));
        }
    }

    private static double Square(double value) => value * value;

    private static (double[] Points, double Cell) Grid(GaussianMixture law, int side)
    {
        double[] low = new double[2], spacing = new double[2];
        for (int d = 0; d < 2; d++)
        {
            low[d] = law.Components.Min(component => component.Mean[d] - (Reach * Math.Sqrt(component.Covariance[d, d])));
            double high = law.Components.Max(component => component.Mean[d] + (Reach * Math.Sqrt(component.Covariance[d, d])));
            spacing[d] = (high - low[d]) / (side - 1);
        }

        double[] points = new double[2 * side * side];
        for (int i = 0; i < side * side; i++)
        {
            points[2 * i] = low[0] + (spacing[0] * (i / side));
            points[(2 * i) + 1] = low[1] + (spacing[1] * (i % side));
        }

        return (points, spacing[0] * spacing[1]);
    }

    private static LawValue PriorKl(GaussianMixture noisy, GaussianMixture prior, int side)
    {
        (double[] points, double cell) = Grid(noisy, side);
        double[] logNoisy = noisy.LogDensity(points), logPrior = prior.LogDensity(points);
        (double all, double coarse) = (0, 0);
        for (int i = 0; i < logNoisy.Length; i++)
        {
            double part = cell * Math.Exp(logNoisy[i]) * (logNoisy[i] - logPrior[i]);
            all += part;
            if (i / side % 2 == 0 && i % side % 2 == 0)
                coarse += 4 * part;
        }

        return new(all, Math.Abs(all - coarse));
    }

    private (double[] Mean, double[] Variance) Moments()
    {
        double[] mean = new double[2], variance = new double[2];
        for (int d = 0; d < 2; d++)
        {
            mean[d] = target.Components.Sum(component => component.Weight * component.Mean[d]);
            variance[d] = target.Components.Sum(component => component.Weight * (component.Covariance[d, d] + Square(component.Mean[d] - mean[d])));
        }

        return (mean, variance);
    }

    private double[] Determinants(double[] points, double step)
    {
        double[][] moved = [Move(points, step, 0), Move(points, -step, 0), Move(points, 0, step), Move(points, 0, -step)];
        double[] determinants = new double[points.Length / 2];
        for (int i = 0; i < determinants.Length; i++)
        {
            (int x, int y) = (2 * i, (2 * i) + 1);
            determinants[i] =
                (((moved[0][x] - moved[1][x]) * (moved[2][y] - moved[3][y])) - ((moved[2][x] - moved[3][x]) * (moved[0][y] - moved[1][y]))) / (4 * step * step);
        }

        return determinants;
    }

    private double[][] Responsibilities(double[] points, double[] logDensity)
    {
        GaussianMixture[] single = [.. target.Components.Select(component => new GaussianMixture([component]))];
        double[][] own = [.. single.Select(component => component.LogDensity(points))];
        return [
            .. logDensity.Select((value, i) => own.Select((component, k) => Math.Exp(Math.Log(target.Components[k].Weight) + component[i] - value)).ToArray()),
        ];
    }

    private double[] Move(double[] points, double byX, double byY)
    {
        double[] moved = new double[points.Length];
        for (int first = 0; first < points.Length; first += 2 * LargestBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(2 * LargestBatch, points.Length - first);
            double[] shifted = [.. points.AsSpan(first, count)];
            for (int i = 0; i < count; i += 2)
            {
                shifted[i] += byX;
                shifted[i + 1] += byY;
            }

            HostNumbers.ToArray(map(HostNumbers.ToTensor(shifted, [count / 2, 2]))).CopyTo(moved, first);
        }

        return moved;
    }
}

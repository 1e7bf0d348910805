using Diffusion.Numerics;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Laws;

/// <summary>The law of a map's output in the plane: expectations under the law of its start, with Jacobians by central differences.</summary>
/// <remarks>The starts lie within eight standard deviations of a component of the start law, and closer where the integrals ask for it.</remarks>
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

    private const int Fixed = 8;
    private const int OfMode = 4;

    /// <summary>Compares the output's law with the target.</summary>
    /// <param name="settings">How finely.</param>
    /// <param name="noisy">p_T.</param>
    /// <param name="prior">N(0, σ_T² I).</param>
    public SamplerLawValues Compare(SamplerLawSettings settings, GaussianMixture noisy, GaussianMixture prior)
    {
        (double[] centre, double[] targetVariance) = Moments();
        double step = DifferenceStep * Math.Sqrt(start.Components.Min(component => Math.Min(component.Covariance[0, 0], component.Covariance[1, 1])));
        long most = (long)settings.PlanePoints * settings.PlanePoints;
        GaussianMixture[] modes = settings.Modes ? [.. target.Components.Select(component => new GaussianMixture([component]))] : [];
        (double[] sums, double[] errors, long places) = Integrate(
            start, points => Integrand(points, step, centre, modes), Fixed + (OfMode * modes.Length), most, settings.Tolerance);

        double massError = Math.Abs(sums[0] - 1);
        bool folds = sums[2] >= NoMass;
        return new()
        {
            // Where the map folds, other branches add to the density and these formulas do not hold.
            Kl = folds ? null : new(sums[1], errors[1] + massError),
            TotalVariation = folds ? null : new(sums[3], errors[3] + massError),
            FoldMass = new(sums[2], errors[2]),
            Mean = [.. Enumerable.Range(0, 2).Select(d => new LawValue(centre[d] + sums[4 + d], errors[4 + d]) { Target = centre[d] })],
            Variance = [.. Enumerable.Range(0, 2).Select(d =>
                new LawValue(sums[6 + d] - Square(sums[4 + d]), errors[6 + d] + (2 * Math.Abs(sums[4 + d]) * errors[4 + d])) { Target = targetVariance[d] })],
            Modes = [.. Enumerable.Range(0, modes.Length).Select(Mode)],
            PriorKl = PriorKl(noisy, prior, most, settings.Tolerance),
            Points = 5 * places,
        };

        LawMode Mode(int k)
        {
            int place = Fixed + (OfMode * k);
            double weight = sums[place];
            (double x, double y) = (sums[place + 1] / weight, sums[place + 2] / weight);
            double variance = (sums[place + 3] / weight) - ((Square(x) + Square(y)) / 2);
            double error = (errors[place + 3] + (Math.Abs(x) * errors[place + 1]) + (Math.Abs(y) * errors[place + 2]) + (variance * errors[place])) / weight;
            double[,] own = target.Components[k].Covariance;
            return new(
                new(weight, errors[place]) { Target = target.Components[k].Weight }, new(variance, error) { Target = (own[0, 0] + own[1, 1]) / 2 });
        }
    }

    private static double Square(double value) => value * value;

    private (double[] Integrals, double[] Errors, long Places) Integrate(
        GaussianMixture law, Func<double[], double[]> integrand, int count, long most, double tolerance)
    {
        return PlaneQuadrature.Integrate(integrand, count, Corner(-1), Corner(1), most, tolerance, cancellationToken);

        (double, double) Corner(int side) => (End(0, side), End(1, side));

        double End(int d, int side) =>
            side * law.Components.Max(component => (side * component.Mean[d]) + (Reach * Math.Sqrt(component.Covariance[d, d])));
    }

    private double[] Integrand(double[] points, double step, double[] centre, GaussianMixture[] modes)
    {
        double[] logStart = start.LogDensity(points), ends = Move(points, 0, 0), determinants = Determinants(points, step);
        double[] logTarget = target.LogDensity(ends);
        double[][] own = [.. modes.Select(mode => mode.LogDensity(ends))];
        int count = Fixed + (OfMode * modes.Length);
        double[] values = new double[count * logStart.Length];
        for (int i = 0; i < logStart.Length; i++)
        {
            double density = Math.Exp(logStart[i]);
            if (density == 0)
                continue;
            Span<double> here = values.AsSpan(i * count, count);
            here[0] = density;
            if (determinants[i] > 0)
            {
                double ratio = logStart[i] - Math.Log(determinants[i]) - logTarget[i];
                here[1] = density * ratio;
                here[3] = density * Math.Max(0, 1 - Math.Exp(-ratio));
            }
            else
            {
                here[2] = density;
            }

            for (int d = 0; d < 2; d++)
            {
                double distance = ends[(2 * i) + d] - centre[d];
                here[4 + d] = density * distance;
                here[6 + d] = density * distance * distance;
            }

            for (int k = 0; k < own.Length; k++)
            {
                double share = density * Math.Exp(Math.Log(target.Components[k].Weight) + own[k][i] - logTarget[i]);
                (double x, double y) = (ends[2 * i] - target.Components[k].Mean[0], ends[(2 * i) + 1] - target.Components[k].Mean[1]);
                int place = Fixed + (OfMode * k);
                here[place] = share;
                here[place + 1] = share * x;
                here[place + 2] = share * y;
                here[place + 3] = share * ((x * x) + (y * y)) / 2;
            }
        }

        return values;
    }

    private LawValue PriorKl(GaussianMixture noisy, GaussianMixture prior, long most, double tolerance)
    {
        (double[] sums, double[] errors, _) = Integrate(
            noisy,
            points =>
            {
                double[] logNoisy = noisy.LogDensity(points), logPrior = prior.LogDensity(points);
                return [.. logNoisy.Zip(logPrior, (own, other) => Math.Exp(own) * (own - other))];
            },
            1, most, tolerance);
        return new(sums[0], errors[0]);
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

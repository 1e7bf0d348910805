using Diffusion.Core.Randomness;
using Diffusion.Numerics;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Core;

/// <summary>Draws of the start from a known law.</summary>
public sealed class StartLawTests
{
    private static readonly GaussianMixture Law = new([
        new GaussianComponent(0.25, [-3, 1], new double[,] { { 1, 0.5 }, { 0.5, 2 } }),
        new GaussianComponent(0.75, [2, 0], new double[,] { { 0.2, 0 }, { 0, 0.3 } }),
    ]);

    private static double[] Draw(long first, int count, GaussianMixture? law)
    {
        PhiloxNoiseSource source = new(new NoiseKey(11, 2), first, 1);
        Tensor like = empty([count, 2], dtype: ScalarType.Float64);
        return HostNumbers.ToArray(law is null ? source.Initial(like) : source.Initial(like, law));
    }

    [Fact]
    public void The_batch_split_changes_no_number() =>
        Assert.Equal(Draw(0, 10, Law), Draw(0, 3, Law).Concat(Draw(3, 7, Law)));

    [Fact]
    public void One_component_is_the_usual_noise_scaled_and_shifted()
    {
        GaussianMixture one = new([GaussianComponent.Isotropic(1, [0.5, -1], 80)]);
        Assert.Equal(Draw(5, 6, null).Select((z, i) => (i % 2 == 0 ? 0.5 : -1) + (80 * z)), Draw(5, 6, one));
    }

    // Five standard errors: a right law fails with probability below 4e-6.
    [Fact]
    public void Weights_means_and_covariances_are_those_of_the_law()
    {
        const int Count = 100_000;
        double[] x = Draw(0, Count, Law);
        double Mean(Func<double, double, double> of) => Enumerable.Range(0, Count).Average(i => of(x[2 * i], x[(2 * i) + 1]));
        void Near(double expected, Func<double, double, double> of)
        {
            double mean = Mean(of);
            double error = Math.Sqrt(Mean((a, b) => (of(a, b) - mean) * (of(a, b) - mean)) / Count);
            Assert.InRange(mean - expected, -5 * error, 5 * error);
        }

        Near((0.25 * -3) + (0.75 * 2), (a, _) => a);
        Near(0.25, (_, b) => b);
        Near((0.25 * (1 + 9)) + (0.75 * (0.2 + 4)), (a, _) => a * a);
        Near((0.25 * (2 + 1)) + (0.75 * 0.3), (_, b) => b * b);
        Near(0.25 * (0.5 - 3), (a, b) => a * b);
    }
}

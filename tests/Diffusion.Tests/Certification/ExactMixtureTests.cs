using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Certification;

/// <summary>The kit's yardsticks, held to quadrature and finite differences.</summary>
public sealed class ExactMixtureTests
{
    private static readonly double[] Point = [0.35, -0.8];

    [Theory]
    [InlineData(1.0, 0.3)]
    [InlineData(0.6, 0.8)]
    [InlineData(0.05, 2.0)]
    public void Noise_is_minus_sigma_times_the_gradient_of_the_log_density(double alpha, double sigma)
    {
        const double H = 1e-3;
        double[] noise = ExactProblems.Plane.Noise(Point, alpha, sigma);
        for (int i = 0; i < Point.Length; i++)
        {
            double gradient = (8 * (Shifted(i, H) - Shifted(i, -H)) - (Shifted(i, 2 * H) - Shifted(i, -2 * H))) / (12 * H);
            Assert.Equal(-sigma * gradient, noise[i], 1e-8);
        }

        double Shifted(int axis, double by)
        {
            double[] x = [.. Point];
            x[axis] += by;
            return ExactProblems.Plane.LogDensity(x, alpha, sigma);
        }
    }

    [Theory]
    [InlineData(1.0, 0.3)]
    [InlineData(0.6, 0.8)]
    [InlineData(0.05, 2.0)]
    public void Data_and_noise_add_up_to_the_state(double alpha, double sigma)
    {
        double[] noise = ExactProblems.Plane.Noise(Point, alpha, sigma);
        double[] data = ExactProblems.Plane.Denoised(Point, alpha, sigma);
        for (int i = 0; i < Point.Length; i++)
            Assert.Equal(Point[i], (alpha * data[i]) + (sigma * noise[i]), 1e-13);
    }

    [Fact]
    public void The_density_integrates_to_1()
    {
        double total = 0;
        const double H = 0.05;
        for (double x = -8; x <= 8; x += H)
        {
            for (double y = -8; y <= 8; y += H)
                total += H * H * Math.Exp(ExactProblems.Plane.LogDensity([x, y], 0.9, 0.4));
        }

        Assert.Equal(1, total, 1e-10);
    }

    [Theory]
    [InlineData(PredictionKind.Noise)]
    [InlineData(PredictionKind.Data)]
    public void The_denoiser_says_the_same_on_tensors_with_a_level_a_sample(PredictionKind kind)
    {
        using DisposeScope scope = NewDisposeScope();
        NoiseLevel[] levels = [new(0.1, 0.9, 0.2), new(0.7, 0.3, 1.1)];
        Tensor x = tensor([.. Point, -1.2, 0.4], [2, 2]);
        Prediction prediction = new ExactMixtureDenoiser(ExactProblems.Plane, kind).Predict(x, NoiseLevels.PerSample(levels));
        double[] states = x.data<double>().ToArray();
        double[] data = prediction.X0.data<double>().ToArray();
        double[] noise = prediction.Epsilon.data<double>().ToArray();
        for (int row = 0; row < levels.Length; row++)
        {
            double[] exactData = ExactProblems.Plane.Denoised(states.AsSpan(2 * row, 2), levels[row].Alpha, levels[row].Sigma);
            double[] exactNoise = ExactProblems.Plane.Noise(states.AsSpan(2 * row, 2), levels[row].Alpha, levels[row].Sigma);
            for (int i = 0; i < 2; i++)
            {
                Assert.Equal(exactData[i], data[(2 * row) + i], 1e-13);
                Assert.Equal(exactNoise[i], noise[(2 * row) + i], 1e-13);
            }
        }
    }

    [Fact]
    public void Only_noise_and_data_are_emitted() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExactMixtureDenoiser(ExactProblems.Line, PredictionKind.V));
}

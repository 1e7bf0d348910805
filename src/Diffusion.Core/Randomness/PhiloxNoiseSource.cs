using Diffusion.Numerics;

using static TorchSharp.torch;

namespace Diffusion.Core.Randomness;

/// <summary>The noise of one batch of a run: <see cref="INoiseSource"/> over counters.</summary>
/// <remarks>Numbers are drawn in float64 on the CPU and converted, so float32 and float64 runs, and CPU and GPU runs, see the same noise.</remarks>
public sealed class PhiloxNoiseSource : INoiseSource
{
    private readonly NoiseKey _key;
    private readonly long _firstSample;
    private readonly double _horizon;
    private readonly Dictionary<int, BrownianPath> _pathOfSample = [];
    private BrownianPath? _path;

    /// <param name="key">Seed and repeat.</param>
    /// <param name="firstSample">Number of the batch's first sample within the run.</param>
    /// <param name="horizon">The schedule's T: Brownian paths live on t/T, so that schedules of different horizons share them.</param>
    public PhiloxNoiseSource(NoiseKey key, long firstSample, double horizon)
    {
        _key = key;
        _firstSample = firstSample;
        _horizon = horizon;
    }

    /// <summary>Standard normal noise for the run's start, shape of <paramref name="like"/>, (B, …).</summary>
    public Tensor Initial(Tensor like) => Normal(NoisePurpose.InitialState, 0, like);

    /// <summary>
    /// Draws from a mixture for the run's start, shape of <paramref name="like"/>, (B, …): a component by a number of its own, then μ + L z with the z of
    /// <see cref="Initial(Tensor)"/>, so that runs which differ only in the law of their start are paired.
    /// </summary>
    /// <param name="like">A tensor of the shape, type and device asked for.</param>
    /// <param name="law">The law, of as many dimensions as a sample has numbers.</param>
    public Tensor Initial(Tensor like, GaussianMixture law)
    {
        int dimension = law.Dimension;
        double[][,] factors = [.. law.Components.Select(component => component.CholeskyFactor())];
        Philox components = _key.Stream(NoisePurpose.InitialComponent);
        double[] normal = new double[like.numel()];
        double[] values = new double[normal.Length];
        _key.Stream(NoisePurpose.InitialState).FillNormal(normal, _firstSample * dimension, 0);
        for (int row = 0; row < like.shape[0]; row++)
        {
            int k = Component(law, components.Uniform(_firstSample + row, 0));
            for (int i = 0; i < dimension; i++)
            {
                double value = law.Components[k].Mean[i];
                for (int j = 0; j <= i; j++)
                    value += factors[k][i, j] * normal[(row * dimension) + j];
                values[(row * dimension) + i] = value;
            }
        }

        return ToTensor(values, like);
    }

    /// <inheritdoc/>
    public Tensor BrownianIncrement(NoiseLevel from, NoiseLevel to, Tensor like)
    {
        int samples = (int)like.shape[0];
        _path ??= new BrownianPath(_key, _firstSample, samples, (int)(like.numel() / samples));
        return ToTensor(Increment(_path, from, to), like);
    }

    /// <inheritdoc/>
    public Tensor BrownianIncrement(IReadOnlyList<int> samples, NoiseLevels from, NoiseLevels to, Tensor like)
    {
        if (from.IsUniform && to.IsUniform && samples.Count == like.shape[0])
            return BrownianIncrement(from[0], to[0], like);

        int elements = (int)(like.numel() / samples.Count);
        double[] values = new double[like.numel()];
        for (int row = 0; row < samples.Count; row++)
        {
            int sample = samples[row];
            if (!_pathOfSample.TryGetValue(sample, out BrownianPath? path))
                _pathOfSample.Add(sample, path = new BrownianPath(_key, _firstSample + sample, 1, elements));
            Increment(path, from[row], to[row]).CopyTo(values, row * elements);
        }

        return ToTensor(values, like);
    }

    /// <inheritdoc/>
    public Tensor Independent(long index, Tensor like) => Normal(NoisePurpose.Independent, (ulong)index, like);

    private static int Component(GaussianMixture law, double u)
    {
        int k = 0;
        for (double rest = u - law.Components[0].Weight; rest >= 0 && k < law.Components.Count - 1; rest -= law.Components[k].Weight)
            k++;
        return k;
    }

    private double[] Increment(BrownianPath path, NoiseLevel from, NoiseLevel to) =>
        path.NormalizedIncrement(from.T / _horizon, to.T / _horizon, Math.Abs(from.T - to.T) / _horizon);

    private Tensor Normal(NoisePurpose purpose, ulong place, Tensor like)
    {
        double[] values = new double[like.numel()];
        _key.Stream(purpose).FillNormal(values, _firstSample * (values.Length / like.shape[0]), place);
        return ToTensor(values, like);
    }

    private static Tensor ToTensor(double[] values, Tensor like) => HostNumbers.ToTensor(values, like);
}

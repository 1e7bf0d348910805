using Diffusion.Core.Randomness;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Core;

public sealed class PhiloxNoiseSourceTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static NoiseLevel At(double t) => new(t, 1, t);

    private static PhiloxNoiseSource Source(long firstSample = 0, int repeat = 0, double horizon = 80) => new(new NoiseKey(5, repeat), firstSample, horizon);

    private static Tensor Template(long samples) => zeros([samples, 2], dtype: ScalarType.Float64);

    [Fact]
    public void A_coarse_increment_is_the_sum_of_the_finer_ones()
    {
        double[] fine = [80, 61.5, 40.25, 33.3, 20, 7.5, 1.25, 0.31, 0.0625, 0.002];
        PhiloxNoiseSource source = Source();
        Tensor sum = Template(50);
        for (int i = 0; i + 1 < fine.Length; i++)
            sum = sum + (source.BrownianIncrement(At(fine[i]), At(fine[i + 1]), Template(50)) * Math.Sqrt(fine[i] - fine[i + 1]));

        Tensor coarse = Source().BrownianIncrement(At(80), At(0.002), Template(50)) * Math.Sqrt(80 - 0.002);
        Assert.True((sum - coarse).abs().max().ToDouble() < 1e-12);
    }

    [Fact]
    public void Each_of_twelve_refinements_splits_increments_without_loss()
    {
        // Two units in the last place of the path itself: the values that are subtracted, not their difference, set what rounding can lose.
        const int Refinements = 12;
        PhiloxNoiseSource source = Source(horizon: 1);
        for (int level = 0; level < Refinements; level++)
        {
            double length = 1.0 / (1 << level);
            foreach (int place in new[] { 0, (1 << level) / 3, (1 << level) - 1 })
            {
                double start = place * length;
                double[] coarse = Increment(start, start + length);
                double[] first = Increment(start, start + (0.5 * length));
                double[] second = Increment(start + (0.5 * length), start + length);
                double[] path = start == 0 ? new double[coarse.Length] : Increment(0, start);
                for (int i = 0; i < coarse.Length; i++)
                {
                    double size = Math.Max(Math.Abs(path[i]), Math.Max(Math.Abs(path[i] + first[i]), Math.Abs(path[i] + coarse[i])));
                    double allowed = 2 * (Math.BitIncrement(size) - size);
                    Assert.InRange(Math.Abs(coarse[i] - (first[i] + second[i])), 0, allowed);
                }
            }
        }

        double[] Increment(double from, double to) =>
            (source.BrownianIncrement(At(from), At(to), Template(50)) * Math.Sqrt(to - from)).data<double>().ToArray();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1024)]
    public void A_sample_s_path_is_the_same_to_the_bit_in_every_batch(int batch)
    {
        const int Samples = 1024;
        double[] whole = Paths(Samples);
        Assert.Equal(whole, Paths(batch));

        static double[] Paths(int batch)
        {
            List<double> values = [];
            for (int first = 0; first < Samples; first += batch)
            {
                PhiloxNoiseSource source = Source(firstSample: first);
                Tensor template = Template(Math.Min(batch, Samples - first));
                values.AddRange(source.BrownianIncrement(At(61.5), At(2), template).data<double>());
                values.AddRange(source.Independent(3, template).data<double>());
            }

            return [
                .. values.Chunk(2 * 2 * Math.Min(batch, Samples)).SelectMany(chunk => chunk[..(chunk.Length / 2)]),
                .. values.Chunk(2 * 2 * Math.Min(batch, Samples)).SelectMany(chunk => chunk[(chunk.Length / 2)..]),
            ];
        }
    }

    [Fact]
    public void Increments_do_not_depend_on_the_batch_split_or_on_earlier_calls()
    {
        PhiloxNoiseSource whole = Source();
        whole.BrownianIncrement(At(70), At(3), Template(30));
        Tensor all = whole.BrownianIncrement(At(20), At(10), Template(30));
        Tensor tail = Source(firstSample: 13).BrownianIncrement(At(20), At(10), Template(17));
        Assert.True(all.narrow(0, 13, 17).equal(tail).all().ToBoolean());
    }

    [Fact]
    public void Increments_are_standard_normal_and_independent_when_they_do_not_overlap()
    {
        const int Samples = 20_000;
        PhiloxNoiseSource source = Source();
        double[] times = [80, 79.9, 45, 12, 0.5, 0.4999, 1e-3, 0];
        Tensor increments = stack(
            [.. Enumerable.Range(0, times.Length - 1).Select(i => source.BrownianIncrement(At(times[i]), At(times[i + 1]), Template(Samples)).flatten())]);
        Tensor covariance = increments.matmul(increments.t()) / (2.0 * Samples);

        // Five standard errors (sd of a product of standard normals is at most √2): false alarm below 1e-5 over all entries, fixed seed.
        double bound = 5 * Math.Sqrt(2) / Math.Sqrt(2 * Samples);
        Assert.True((covariance - eye(times.Length - 1, dtype: ScalarType.Float64)).abs().max().ToDouble() < bound);
    }

    [Fact]
    public void Schedules_of_different_horizon_share_the_path()
    {
        Tensor unit = Source(horizon: 1).BrownianIncrement(At(0.5), At(0.25), Template(4));
        Tensor wide = Source(horizon: 80).BrownianIncrement(At(40), At(20), Template(4));
        Assert.True(unit.equal(wide).all().ToBoolean());
    }

    [Fact]
    public void Repeats_and_purposes_have_noise_of_their_own()
    {
        Tensor[] draws =
        [
            Source().Initial(Template(100)),
            Source(repeat: 1).Initial(Template(100)),
            Source().Independent(0, Template(100)),
            Source().Independent(1, Template(100)),
        ];
        for (int i = 0; i < draws.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.True((draws[i] * draws[j]).mean().abs().ToDouble() < 0.4);
        }
    }

    [Fact]
    public void Float32_noise_is_float64_noise_rounded()
    {
        Tensor single = Source().Initial(zeros([8, 3], dtype: ScalarType.Float32));
        Tensor full = Source().Initial(zeros([8, 3], dtype: ScalarType.Float64));
        Assert.True(single.equal(full.to(ScalarType.Float32)).all().ToBoolean());
    }

    [Fact]
    public void An_increment_over_no_time_is_refused() =>
        Assert.Throws<ArgumentException>(() => Source().BrownianIncrement(At(1), At(1), Template(1)));
}

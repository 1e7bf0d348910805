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

using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Diffusion.Numerics;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Abstractions;

public sealed class NoiseLevelsTests : IDisposable
{
    private static readonly NoiseLevel Level = new(0.3, 0.7, 1.9);
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>Widths around the lengths of vector registers.</summary>
    public static TheoryData<ScalarType, int> Cases =>
        [.. from dtype in new[] { ScalarType.Float32, ScalarType.Float64 } from width in new[] { 1, 2, 3, 7, 8, 9, 31, 64, 67, 50_000 } select (dtype, width)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void One_level_scales_and_combines_as_libtorch_does_to_the_bit(ScalarType dtype, int width)
    {
        Assert.SkipUnless(Fma.IsSupported || AdvSimd.IsSupported, "libtorch rounds twice where there is no fused multiply-add");
        (Tensor x, Tensor y) = (Random(1, 3, width).to(dtype), Random(2, 3, width).to(dtype));
        NoiseLevels levels = Level;
        AssertSame(x * Level.Sigma, levels.Scale(l => l.Sigma, x));
        AssertSame((x * Level.Alpha).add_(y, alpha: Level.Sigma), levels.Combine(l => l.Alpha, x, l => l.Sigma, y));
        AssertSame(x.add(y, alpha: Level.Sigma), levels.Combine(_ => 1, x, l => l.Sigma, y));
        AssertSame(y.add(x, alpha: Level.Alpha), levels.Combine(l => l.Alpha, x, _ => 1, y));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_level_a_row_scales_and_combines_as_libtorch_does_to_the_bit(ScalarType dtype, int width)
    {
        (Tensor x, Tensor y) = (Random(1, 3, width).to(dtype), Random(2, 3, width).to(dtype));
        NoiseLevel[] rows = [Level, new(0, 1, 0), new(1, 0, 3)];
        var levels = NoiseLevels.PerSample(rows);
        Tensor alpha = tensor(rows.Select(l => l.Alpha).ToArray(), [3, 1]).to(dtype);
        Tensor sigma = tensor(rows.Select(l => l.Sigma).ToArray(), [3, 1]).to(dtype);
        AssertSame(alpha, levels.Coefficients(l => l.Alpha, x));
        AssertSame(x * sigma, levels.Scale(l => l.Sigma, x));
        AssertSame((x * alpha).add_(y * sigma), levels.Combine(l => l.Alpha, x, l => l.Sigma, y));
    }

    [Fact]
    public void Nothing_of_a_tensor_is_nothing_also_where_it_has_no_bound()
    {
        Tensor finite = tensor(new double[] { 1, 2 }, [1, 2]);
        Tensor infinite = full([1, 2], double.PositiveInfinity, dtype: ScalarType.Float64);
        NoiseLevels levels = Level;
        Assert.Equal([3, 6], HostNumbers.ToArray(levels.Combine(_ => 0, infinite, _ => 3, finite)));
        Assert.Equal([3, 6], HostNumbers.ToArray(levels.Combine(_ => 3, finite, _ => 0, infinite)));
    }

    [Fact]
    public void Results_are_fresh_and_operands_of_other_strides_shapes_and_types_are_libtorchs_affair()
    {
        Tensor x = Random(1, 4, 3);
        NoiseLevels levels = Level;
        Tensor scaled = levels.Scale(_ => 1, x);
        scaled.zero_();
        Assert.True(x.abs().sum().ToDouble() > 0);
        AssertSame(x.t() * 0.7, levels.Scale(l => l.Alpha, x.t()));
        Tensor column = x.narrow(1, 0, 1);
        AssertSame((x * 0.7).add_(column, alpha: 1.9), levels.Combine(l => l.Alpha, x, l => l.Sigma, column.contiguous()));
        Assert.Equal(ScalarType.Float16, levels.Scale(l => l.Alpha, x.to(ScalarType.Float16)).dtype);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Derivatives_pass_through(bool isUniform)
    {
        Tensor x = Random(1, 2, 3).requires_grad_();
        Tensor y = Random(2, 2, 3).requires_grad_();
        NoiseLevels levels = isUniform ? Level : NoiseLevels.PerSample([Level, Level]);
        levels.Combine(l => l.Alpha, x, l => l.Sigma, y).sum().backward();
        Assert.All(HostNumbers.ToArray(x.grad!), gradient => Assert.Equal(0.7, gradient, 1e-15));
        Assert.All(HostNumbers.ToArray(y.grad!), gradient => Assert.Equal(1.9, gradient, 1e-15));
    }

    private static Tensor Random(int seed, int rows, int width)
    {
        var random = new Random(seed);
        return tensor([.. Enumerable.Range(0, rows * width).Select(_ => random.NextDouble() - 0.5)], [rows, width]);
    }

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(HostNumbers.ToArray(expected), HostNumbers.ToArray(actual));
    }
}

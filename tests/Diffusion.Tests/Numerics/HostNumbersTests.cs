using Diffusion.Numerics;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Numerics;

public sealed class HostNumbersTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    public void Numbers_become_a_tensor_of_the_others_type_as_libtorch_converts_them(ScalarType dtype)
    {
        double[] values = [0.1, -1e30, double.NaN, double.PositiveInfinity, 1 / 3.0, -0.0];
        Tensor made = HostNumbers.ToTensor(values, [3, 2], zeros(1, dtype: dtype));
        Assert.Equal(dtype, made.dtype);
        Assert.Equal([3, 2], made.shape);
        Assert.Equal(tensor(values, [3, 2]).to(dtype).to(ScalarType.Float64).data<double>().ToArray(), HostNumbers.ToArray(made));
    }

    [Fact]
    public void Numbers_that_do_not_fill_the_shape_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => HostNumbers.ToTensor([1, 2, 3], [2, 2], zeros(1)));
        Assert.Contains("3 numbers do not fill a tensor of shape (2, 2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_read_row_by_row_also_from_a_view() =>
        Assert.Equal([1, 3, 2, 4], HostNumbers.ToArray(tensor(new double[] { 1, 2, 3, 4 }, [2, 2]).t()));
}

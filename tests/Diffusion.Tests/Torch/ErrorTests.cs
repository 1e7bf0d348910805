using System.Runtime.InteropServices;
using Xunit;
using static TorchSharp.torch;

namespace Diffusion.Tests.Torch;

public sealed class ErrorTests
{
    [Fact]
    public void A_native_failure_carries_libtorchs_message_and_nothing_else()
    {
        using Tensor a = ones(2, 2), b = ones(3, 2);
        var error = Assert.Throws<ExternalException>(() => a.matmul(b));
        Assert.Equal("mat1 and mat2 shapes cannot be multiplied (2x2 and 3x2)", error.Message);
    }

    [Fact]
    public void The_engine_goes_on_after_a_failure()
    {
        using Tensor a = ones(2), b = ones(3);
        for (int i = 0; i < 100; i++)
        {
            Assert.Throws<ExternalException>(() => a.add(b));
            using Tensor sum = a.add(a);
            Assert.Equal(2f, sum.data<float>()[0]);
        }
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_named_as_such()
    {
        using Tensor matrix = tensor(new[,] { { 1.0, 2 }, { 2, 1 } });
        var error = Assert.Throws<ExternalException>(() => linalg.cholesky(matrix));
        Assert.Contains("not positive-definite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Use_after_disposal_is_an_invalid_operation()
    {
        Tensor x = ones(2);
        x.Dispose();
        Assert.Throws<InvalidOperationException>(() => x + 1.0);
        Assert.Throws<InvalidOperationException>(() => x.shape);
        using Tensor y = ones(2);
        Assert.Throws<InvalidOperationException>(() => cat([y, x]));
    }

    [Fact]
    public void A_device_this_machine_lacks_fails_with_a_reason()
    {
        Assert.SkipWhen(cuda.is_available(), "This machine has CUDA.");
        Assert.Equal(0, cuda.device_count());
        Assert.Throws<ExternalException>(() => zeros(1, device: CUDA));
    }
}

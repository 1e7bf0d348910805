using System.Runtime.InteropServices;
using Diffusion.Experiments.Components;
using TorchSharp;
using Xunit;

using static TorchSharp.torch;

namespace Diffusion.Tests.Components;

/// <summary>What people read of libtorch's errors: one line, from real errors.</summary>
public sealed class ExceptionTextTests
{
    [Fact]
    public void A_failing_operation_is_one_line()
    {
        using DisposeScope scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => ones(2, 2).add(ones(3, 2)));
        Assert.Contains('\n', error.Message);
        Assert.Equal("The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0", ExceptionText.FirstLine(error));
        Assert.Equal(ExceptionText.FirstLine(error), ExceptionText.WithoutNativeFrames(error));
    }

    [Fact]
    public void Work_goes_on_after_a_failing_operation()
    {
        using DisposeScope scope = NewDisposeScope();
        for (int i = 0; i < 100; i++)
        {
            Assert.Throws<ExternalException>(() => ones(2).add(ones(3)));
            Assert.Equal(2f, ones(2).add(ones(2)).data<float>()[0]);
        }
    }

    [Fact]
    public void Other_messages_keep_their_lines() =>
        Assert.Equal("one\ntwo", ExceptionText.WithoutNativeFrames(new InvalidOperationException("one\ntwo")));
}

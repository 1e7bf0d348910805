using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Diffusion.Tests.Torch;

/// <summary>Long loops hold no more native tensors, and no more memory, at their end than near their start.</summary>
[Collection(GlobalTorchState.Name)]
public sealed class LeakTests
{
    // Well above what the allocator keeps back, far below what one leaked tensor a step would take.
    private const long AllowedGrowth = 40L * 1024 * 1024;

    [Fact]
    public void A_hundred_thousand_solver_steps_keep_memory_flat()
    {
        using IDisposable quiet = no_grad();
        using Tensor noise = randn(64, 2);
        Tensor x = randn(64, 2);
        AssertFlat(100_000, step =>
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor score = x * -0.5;
            Tensor next = x.add(score, 0.01).addcmul(noise, noise, 1e-3).mul(0.999);
            next[step % 64] = noise[0];
            Tensor old = x;
            x = next.MoveToOuterDisposeScope();
            old.Dispose();
        });
        x.Dispose();
    }

    [Fact]
    public void Ten_thousand_training_steps_keep_memory_flat()
    {
        using Sequential net = nn.Sequential(nn.Linear(2, 32), nn.SiLU(), nn.Linear(32, 2));
        using optim.Optimizer adam = optim.Adam(net.parameters());
        AssertFlat(10_000, _ =>
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = randn(64, 2);
            Tensor at = x.clone().requires_grad_();
            adam.zero_grad();
            Tensor loss = F.mse_loss(net.call(at), x.neg());
            loss.backward();
            nn.utils.clip_grad_norm_(net.parameters(), 1);
            adam.step();
        });
    }

    [Fact]
    public void What_nobody_disposes_the_finalizer_does()
    {
        long before = Tensor.TotalCount;
        OtherThread.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
                _ = ones(8) + 1.0;
        });
        for (int i = 0; i < 10 && Tensor.TotalCount > before; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.True(Tensor.TotalCount <= before, $"{Tensor.TotalCount - before} tensors were left");
    }

    private static void AssertFlat(int steps, Action<int> step)
    {
        int warmUp = steps / 10;
        for (int i = 0; i < warmUp; i++)
            step(i);
        (long tensors, long memory) = Now();
        for (int i = warmUp; i < steps; i++)
            step(i);
        (long tensorsAfter, long memoryAfter) = Now();
        Assert.True(tensorsAfter <= tensors, $"{tensorsAfter - tensors} tensors were left");
        Assert.True(memoryAfter - memory < AllowedGrowth, $"memory grew by {(memoryAfter - memory) >> 20} MiB");
    }

    private static (long Tensors, long Memory) Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return (Tensor.TotalCount, process.WorkingSet64);
    }
}

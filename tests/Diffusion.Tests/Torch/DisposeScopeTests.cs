using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Diffusion.Tests.Torch;

public sealed class DisposeScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_created_in_it()
    {
        Tensor inside;
        using (DisposeScope scope = NewDisposeScope())
        {
            inside = ones(3);
            Tensor further = inside + 1.0;
            Assert.Equal(2, scope.DisposablesCount);
            Assert.True(scope.Contains(further));
        }

        Assert.True(inside.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => inside.Handle);
    }

    [Fact]
    public void What_moves_to_the_outer_scope_lives_as_long_as_it()
    {
        Tensor moved, left;
        using (DisposeScope outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                left = ones(2);
                moved = (left * 2.0).MoveToOuterDisposeScope();
            }

            Assert.True(left.IsInvalid);
            Assert.False(moved.IsInvalid);
            Assert.True(outer.Contains(moved));
        }

        Assert.True(moved.IsInvalid);
    }

    [Fact]
    public void What_moves_out_of_the_outermost_scope_or_is_detached_lives_on()
    {
        Tensor moved, detached;
        using (DisposeScope scope = NewDisposeScope())
        {
            moved = scope.MoveToOuter(ones(2));
            detached = ones(2).DetachFromDisposeScope();
        }

        Assert.False(moved.IsInvalid);
        Assert.False(detached.IsInvalid);
        moved.Dispose();
        detached.Dispose();
    }

    [Fact]
    public void DisposeEverythingBut_keeps_what_it_is_told_and_the_scope_stays_open()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = ones(1), b = ones(1), c = ones(1);
        scope.DisposeEverythingBut(b);
        Assert.True(a.IsInvalid);
        Assert.False(b.IsInvalid);
        Assert.True(c.IsInvalid);
        Assert.Equal([b], scope.DisposablesView);
        b.Dispose();
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void Disposing_by_hand_in_any_order_keeps_the_scope_right()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] all = [.. Enumerable.Range(0, 6).Select(_ => ones(1))];
        foreach (int i in new[] { 2, 5, 0, 4 })
            all[i].Dispose();
        Assert.Equal(2, scope.DisposablesCount);
        Assert.True(scope.Contains(all[1]) && scope.Contains(all[3]));
        all[1].Dispose();
        all[3].Dispose();
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void A_scope_takes_other_disposables_too()
    {
        var stream = new MemoryStream();
        using (DisposeScope scope = NewDisposeScope())
            scope.Attach(stream);
        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
    }

    [Fact]
    public void WrappedTensorDisposeScope_leaves_only_the_result()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor result = WrappedTensorDisposeScope(() => (ones(2) + 1.0).mul(3.0));
        Assert.Equal([result], scope.DisposablesView);
        Assert.Equal(6f, result[0].item<float>());
    }

    [Fact]
    public void An_operation_in_place_returns_the_tensor_itself()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(4);
        Assert.Same(x, x.add_(1.0).mul_(x).sub_(full(4, 0.5)));
        Assert.Equal([0.5f, 0.5f, 0.5f, 0.5f], x.data<float>().ToArray());
    }

    [Fact]
    public void Scopes_and_statistics_are_per_thread()
    {
        using DisposeScope scope = NewDisposeScope();
        using Tensor here = ones(1);
        OtherThread.Run(() =>
        {
            Assert.Null(CurrentDisposeScope);
            DisposeScopeManager.Statistics.Reset();
            using (NewDisposeScope())
            {
                Tensor there = ones(1);
                Tensor kept = ones(1).DetachFromDisposeScope();
                kept.Dispose();
            }

            LifetimeStatistics counts = DisposeScopeManager.Statistics.TensorStatistics;
            Assert.Equal(2, counts.CreatedInScopeCount);
            Assert.Equal(1, counts.DetachedFromScopeCount);
            Assert.Equal(1, counts.DisposedOutsideScopeCount);
            Assert.Equal(1, counts.DisposedInScopeCount);
            Assert.Equal(0, counts.ThreadTotalLiveCount);
        });
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void A_second_disposal_is_harmless()
    {
        Tensor x = ones(2);
        x.Dispose();
        x.Dispose();
        Assert.True(x.IsInvalid);
    }
}

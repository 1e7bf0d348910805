using Diffusion.Experiments.Components;
using Diffusion.Host.Running;
using Diffusion.Tests.Running;
using Xunit;

namespace Diffusion.Tests.Host;

public sealed class GuardedLauncherTests
{
    private static readonly ComponentDescriptor Component = SweepBench.Catalogue.Find(ComponentKind.Launcher, "in-process")!;

    private static readonly FakeLaunch Context = new()
    {
        Stages = [],
        RunFolder = "",
        WorkerCommand = [],
        HasRecord = _ => throw new InvalidOperationException("the program's own"),
        Execute = (_, _) => { },
        Ended = (_, _) => { },
    };

    private static Exception Thrown(Func<ILaunchContext, CancellationToken, LaunchOutcome> launch, CancellationToken? cancellationToken = null) =>
        Assert.ThrowsAny<Exception>(
            () => new GuardedLauncher(new FakeLauncher(launch), Component).Launch(Context, cancellationToken ?? TestContext.Current.CancellationToken));

    [Fact]
    public void What_a_launcher_throws_is_told_with_its_name()
    {
        LaunchException error = Assert.IsType<LaunchException>(Thrown((_, _) => throw new KeyNotFoundException("no such queue\nat all")));
        Assert.Equal($"{Component.Identity}: launching threw: no such queue", error.Message);
        Assert.IsType<KeyNotFoundException>(error.InnerException);
        // A time limit of its own is no wish of the user.
        Assert.Contains(
            "launching threw", Assert.IsType<LaunchException>(Thrown((_, _) => throw new TaskCanceledException())).Message, StringComparison.Ordinal);
        Assert.Null(ComponentActivity.Innermost);
    }

    [Fact]
    public void What_is_not_its_fault_comes_through()
    {
        Assert.Equal("the program's own", Assert.IsType<InvalidOperationException>(Thrown((context, _) =>
            throw Assert.Throws<InvalidOperationException>(() => context.HasRecord("x")))).Message);
        Assert.Equal("full", Assert.IsType<LaunchException>(Thrown((_, _) => throw new LaunchException("full"))).Message);
        using CancellationTokenSource stopped = new();
        stopped.Cancel();
        Assert.IsType<OperationCanceledException>(Thrown((_, token) => throw new OperationCanceledException(token), stopped.Token));
    }
}

namespace Diffusion.Tests.Running;

/// <summary>A launcher that does what a test says.</summary>
internal sealed class FakeLauncher(Func<ILaunchContext, CancellationToken, LaunchOutcome> launch) : ILauncher
{
    /// <summary>Carries out the first tasks, then dies as a killed coordinator does.</summary>
    public static FakeLauncher DyingAfter(int tasks) => new((request, token) =>
    {
        foreach (string task in request.Stages.SelectMany(stage => stage.Tasks).Take(tasks))
        {
            request.Execute(task, token);
            request.Ended(task, null);
        }

        throw new InvalidOperationException("killed");
    });

    public LaunchOutcome Launch(ILaunchContext context, CancellationToken cancellationToken) => launch(context, cancellationToken);
}

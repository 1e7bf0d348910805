using System.Runtime.CompilerServices;
using Diffusion.Experiments.Components;

namespace Diffusion.Host.Running;

/// <summary>
/// A launcher whose faults are told as its own: the run ends in order, as it does where a launcher says that it cannot go on. What the program itself throws while a
/// launcher calls it comes through.
/// </summary>
/// <param name="launcher">The launcher.</param>
/// <param name="component">What it is.</param>
internal sealed class GuardedLauncher(ILauncher launcher, ComponentDescriptor component) : ILauncher
{
    private readonly ConditionalWeakTable<Exception, GuardedLauncher> _programs = [];

    public LaunchOutcome Launch(LaunchRequest request, CancellationToken cancellationToken)
    {
        using ComponentActivity activity = ComponentActivity.Begin(component, "launching", isBrief: false);
        try
        {
            return launcher.Launch(
                request with
                {
                    HasRecord = task => Programs(() => request.HasRecord(task)),
                    Execute = (task, token) => Programs(() => request.Execute(task, token)),
                    Ended = (task, failure) => Programs(() => request.Ended(task, failure)),
                    Progressed = progress => Programs(() => request.Progressed(progress)),
                    Started = task => Programs(() => request.Started(task)),
                    Say = line => Programs(() => request.Say(line)),
                },
                cancellationToken);
        }
        catch (Exception e) when (e is not LaunchException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested) && !_programs.TryGetValue(e, out _))
        {
            throw new LaunchException(ComponentException.Of(component, "launching", e).Message, e);
        }
    }

    private void Programs(Action call) => Programs(() =>
    {
        call();
        return true;
    });

    private T Programs<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e)
        {
            _programs.AddOrUpdate(e, this);
            throw;
        }
    }
}

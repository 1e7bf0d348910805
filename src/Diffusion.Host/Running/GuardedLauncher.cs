using System.Runtime.CompilerServices;
using Diffusion.Experiments.Components;

namespace Diffusion.Host.Running;

/// <summary>
/// A launcher whose faults are told as its own: the run ends in order, as it does where a launcher says that it cannot go on. What the program itself throws
/// while a launcher calls it comes through.
/// </summary>
/// <param name="launcher">The launcher.</param>
/// <param name="component">What it is.</param>
internal sealed class GuardedLauncher(ILauncher launcher, ComponentDescriptor component) : ILauncher
{
    public bool HandsOver => launcher.HandsOver;

    public LaunchOutcome Launch(ILaunchContext context, CancellationToken cancellationToken)
    {
        using ComponentActivity activity = ComponentActivity.Begin(component, "launching", isBrief: false);
        Watched watched = new(context);
        try
        {
            return launcher.Launch(watched, cancellationToken);
        }
        catch (Exception e) when (e is not LaunchException
            && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested)
            && !watched.Threw(e))
        {
            throw new LaunchException(ComponentException.Wrap(component, "launching", e).Message, e);
        }
    }

    /// <summary>The program's side of a launch, which remembers what it threw.</summary>
    private sealed class Watched(ILaunchContext context) : ILaunchContext
    {
        private readonly ConditionalWeakTable<Exception, object> _thrown = [];

        public IReadOnlyList<LaunchStage> Stages => context.Stages;

        public string RunFolder => context.RunFolder;

        public IReadOnlyList<string> WorkerCommand => context.WorkerCommand;

        public bool Threw(Exception e) => _thrown.TryGetValue(e, out _);

        public bool HasRecord(string task)
        {
            bool hasRecord = false;
            Call(() => hasRecord = context.HasRecord(task));
            return hasRecord;
        }

        public void Execute(string task, CancellationToken cancellationToken) => Call(() => context.Execute(task, cancellationToken));

        public void Started(string task) => Call(() => context.Started(task));

        public void Progressed(TaskProgress progress) => Call(() => context.Progressed(progress));

        public void Ended(string task, TaskFailure? failure) => Call(() => context.Ended(task, failure));

        public void Say(string line) => Call(() => context.Say(line));

        private void Call(Action call)
        {
            try
            {
                call();
            }
            catch (Exception e)
            {
                _thrown.AddOrUpdate(e, this);
                throw;
            }
        }
    }
}

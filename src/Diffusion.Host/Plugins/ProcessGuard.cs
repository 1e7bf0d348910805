using System.Diagnostics;
using System.Reflection;
using Diffusion.Experiments.Components;
using Diffusion.Host.Processes;

namespace Diffusion.Host.Plugins;

/// <summary>
/// Names components that no caller can catch: one that ends the process, one that does not come back, one that throws on a thread of its own. The process ends
/// with a line and never as though all were well.
/// </summary>
internal sealed class ProcessGuard : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    // What a component gets that is under way when the user stops the program.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const int Named = 4;

    private readonly TextWriter _error;
    private readonly CancellationToken _stopping;
    private readonly Timer _watchdog;
    private long _stoppedAt;
    private int _ended;

    public ProcessGuard(TextWriter error, CancellationToken stopping)
    {
        _error = error;
        _stopping = stopping;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
        _watchdog = new Timer(_ => Watch(), null, Interval, Interval);
    }

    /// <summary>How long a component may take for what is to be over soon.</summary>
    public static TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The work is over, and ending the process is in order.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _ended, 1);
        _watchdog.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
    }

    private void Watch()
    {
        if (_stopping.IsCancellationRequested && _stoppedAt == 0)
            _stoppedAt = Stopwatch.GetTimestamp();
        bool isLate = _stoppedAt != 0 && Stopwatch.GetElapsedTime(_stoppedAt) > Grace;
        if (Debugger.IsAttached || ComponentActivity.Current.FirstOrDefault(activity => activity.IsBrief
            && (activity.Elapsed > Patience || (isLate && activity.Elapsed > Grace))) is not { } late)
            return;
        End(
            FormattableString.Invariant($"{late.Description} has not returned for {Math.Floor(late.Elapsed.TotalSeconds)} s; the program ends."),
            _stopping.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.BadInput);
    }

    private void OnExit(object? sender, EventArgs e)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        bool isStopping = _stopping.IsCancellationRequested;
        if (!isStopping)
            _error.WriteLine($"a component ended the process during {UnderWay()}");
        ImmediateExit.With(Environment.ExitCode != 0 ? Environment.ExitCode : isStopping ? ExitCode.Cancelled : ExitCode.BadInput);
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs e)
    {
        if (e.ExceptionObject is Exception exception && Culprit(new StackTrace(exception)) is { } culprit)
            End(
                $"{culprit} threw on a thread of its own and did not catch it: {exception.GetType().Name}: {exception.Message.Split('\n')[0].Trim()}",
                ExitCode.BadInput);
    }

    private void End(string line, int code)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        _error.WriteLine(line);
        ImmediateExit.With(code);
    }

    // The system tells of the end on a thread of its own, so that with several at work it was one of them.
    private static string UnderWay() => string.Join(" or ", ComponentActivity.Current.OrderByDescending(activity => activity.IsBrief)
        .Select(activity => activity.Description)
        .Distinct()
        .Take(Named)
        .DefaultIfEmpty("the work"));

    // The plugin whose code is nearest to what happened: "X 1.0 (…/X.dll): XSolver.Step".
    internal static string? Culprit(StackTrace stack) => stack.GetFrames()
        .Select(frame => frame.GetMethod())
        .FirstOrDefault(method => method?.DeclaringType is { } type && PluginLoadContext.IsForeign(type.Assembly)) is { } method
            ? $"{Identity(method.DeclaringType!.Assembly)}: {method.DeclaringType.Name}{(method.IsConstructor ? "'s constructor" : $".{method.Name}")}"
            : null;

    private static string Identity(Assembly assembly) =>
        $"{assembly.GetName().Name} {assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]} "
            + $"({assembly.Location})";
}

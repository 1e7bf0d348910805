namespace Diffusion.Launchers;

/// <summary>How a worker that ended by itself came to its end, in words.</summary>
internal static class WorkerEnd
{
    private const int SignalBase = 128;
    private const int Kill = 9;

    // The host's code for an end that it explains in a line on its errors.
    private const int Explained = 2;

    // Linux numbers them so on all processors that .NET runs on.
    private static readonly string[] Signals =
    [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE",
        "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ",
        "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    // .NET's, the C++ library's and libtorch's words for it.
    private static readonly string[] LackOfMemory = ["OutOfMemoryException", "Out of memory", "out of memory", "std::bad_alloc", "can't allocate memory"];

    /// <summary>"exit code 3" or "SIGSEGV".</summary>
    public static string Name(int exitCode) =>
        exitCode > SignalBase && exitCode <= SignalBase + Signals.Length ? Signals[exitCode - SignalBase - 1] : $"exit code {exitCode}";

    /// <summary>What it means for the task that the worker was at.</summary>
    /// <param name="exitCode">As <see cref="WorkerProcess.ExitCode"/>.</param>
    /// <param name="kernelKilled">Whether the kernel killed a process of this group for lack of memory meanwhile.</param>
    /// <param name="said">The last lines that it printed.</param>
    public static WorkerFault Describe(int exitCode, bool kernelKilled, IReadOnlyList<string> said)
    {
        if (exitCode == SignalBase + Kill)
        {
            return kernelKilled
                ? new(TaskFailureKind.OutOfMemory, "killed by the kernel for lack of memory")
                : new(TaskFailureKind.Crash, "killed (SIGKILL) by an unknown process");
        }

        if (exitCode == 0)
            return new(TaskFailureKind.Crash, "the worker ended during the task with exit code 0: a component called exit");
        if (exitCode == Explained && said.LastOrDefault(line => line.Length > 0) is { } explanation)
            return new(TaskFailureKind.Crash, $"the worker ended during the task: {explanation}");
        bool lacked = said.Any(line => LackOfMemory.Any(words => line.Contains(words, StringComparison.Ordinal)));
        return lacked
            ? new(TaskFailureKind.OutOfMemory, $"memory ran out: the worker ended during the task with {Name(exitCode)}")
            : new(TaskFailureKind.Crash, $"the worker ended during the task with {Name(exitCode)}");
    }
}

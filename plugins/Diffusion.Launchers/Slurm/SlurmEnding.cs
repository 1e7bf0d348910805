using System.Globalization;
using System.Text.RegularExpressions;

namespace Diffusion.Launchers.Slurm;

/// <summary>How an array element ended.</summary>
/// <param name="State">Slurm's word for it; "" when Slurm does not know the element any more.</param>
/// <param name="ExitCode">The worker's exit code; null when unknown.</param>
/// <param name="Signal">The signal that ended the worker; 0 for none.</param>
/// <param name="Node">Where it ran; "" when unknown.</param>
internal sealed partial record SlurmEnding(string State, int? ExitCode, int Signal, string Node)
{
    /// <summary>Nobody knows how it ended.</summary>
    public static SlurmEnding Unknown { get; } = new("", null, 0, "");

    /// <summary>Whether that is no end: accounting that lags behind, or a queue that left something out.</summary>
    public bool IsAlive =>
        State is "PENDING" or "RUNNING" or "COMPLETING" or "CONFIGURING" or "SUSPENDED" or "REQUEUED" or "RESIZING" or "STAGE_OUT" or "SIGNALING"
            or "STOPPED" or "REQUEUE_HOLD" or "SPECIAL_EXIT";

    /// <summary>What kind of failure a task without a record has come to by it.</summary>
    public TaskFailureKind Kind => State switch
    {
        "OUT_OF_MEMORY" => TaskFailureKind.OutOfMemory,
        "TIMEOUT" or "DEADLINE" => TaskFailureKind.Timeout,
        "FAILED" or "COMPLETED" => TaskFailureKind.Crash,
        _ => TaskFailureKind.Scheduler,
    };

    /// <summary>Whether someone wanted it to end.</summary>
    public bool WasCancelled => State is "CANCELLED" or "REVOKED";

    /// <summary>
    /// Whether the worker did not even begin: the shell's codes for a program that is not there, and the worker's own for input that it cannot take.
    /// </summary>
    public bool NeverBegan => State == "FAILED" && Signal == 0 && ExitCode is 2 or 126 or 127;

    /// <summary>The ending in words.</summary>
    public string InWords => State switch
    {
        "" => "it is gone from Slurm, which does not know how it ended",
        "OUT_OF_MEMORY" => "memory ran out",
        "TIMEOUT" or "DEADLINE" => "time ran out",
        "NODE_FAIL" or "BOOT_FAIL" => "the node failed",
        "PREEMPTED" => "it had to give way to another job",
        "CANCELLED" => "the job was cancelled",
        "COMPLETED" => "the worker ended with exit code 0 and left no record",
        "FAILED" when Signal != 0 => $"the worker was ended by signal {Signal}{(SignalNames.TryGetValue(Signal, out string? name) ? $" ({name})" : "")}",
        "FAILED" when ExitCode is { } code => $"the worker ended with exit code {code}",
        _ => $"it ended as {State}",
    };

    private static Dictionary<int, string> SignalNames { get; } =
        new() { [4] = "SIGILL", [6] = "SIGABRT", [7] = "SIGBUS", [8] = "SIGFPE", [9] = "SIGKILL", [11] = "SIGSEGV", [15] = "SIGTERM" };

    /// <summary>The ending that a line of scontrol or sacct tells.</summary>
    public static SlurmEnding Parse(Match match)
    {
        int? exit = match.Groups["exit"].Success ? int.Parse(match.Groups["exit"].Value, CultureInfo.InvariantCulture) : null;
        int signal = match.Groups["signal"].Success ? int.Parse(match.Groups["signal"].Value, CultureInfo.InvariantCulture) : 0;
        string node = match.Groups["node"].Value is "(null)" or "None assigned" ? "" : match.Groups["node"].Value;
        // A shell between Slurm and the worker turns a signal into a code above 128.
        return exit > 128 && signal == 0
            ? new(match.Groups["state"].Value, null, exit.Value - 128, node)
            : new(match.Groups["state"].Value, exit, signal, node);
    }

    /// <summary>The same with what the end of the element's log adds: Slurm writes there why it stopped something, and forgets it elsewhere.</summary>
    public SlurmEnding With(string log) => this switch
    {
        { State: "FAILED" or "COMPLETED" or "" } when OutOfMemory().IsMatch(log) => this with { State = "OUT_OF_MEMORY" },
        { State: "" } when log.Contains("DUE TO TIME LIMIT", StringComparison.Ordinal) => this with { State = "TIMEOUT" },
        // A worker that its failing node still ended has an exit code, too.
        { State: "FAILED" or "" } when log.Contains("DUE TO NODE FAILURE", StringComparison.Ordinal) => this with { State = "NODE_FAIL" },
        { State: "" } when log.Contains("DUE TO PREEMPTION", StringComparison.Ordinal) => this with { State = "PREEMPTED" },
        { State: "" } when CancelledBySlurm().IsMatch(log) => this with { State = "CANCELLED" },
        _ => this,
    };

    [GeneratedRegex(@"oom.kill|Exceeded (job|step) memory limit", RegexOptions.IgnoreCase)]
    private static partial Regex OutOfMemory();

    [GeneratedRegex(@"\*\*\* JOB \d+ ON \S+ CANCELLED AT \S+ \*\*\*")]
    private static partial Regex CancelledBySlurm();
}

using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Diffusion.Launchers.Slurm;

/// <summary>Slurm's commands, and what their answers mean.</summary>
/// <param name="folder">Where they lie; null takes those in PATH.</param>
internal sealed partial class SlurmCommands(string? folder = null)
{
    private const int DefaultMaxArraySize = 1001;

    // Longer than the commands themselves go on asking a controller that is away.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>Submits a job.</summary>
    /// <exception cref="SlurmRefusalException">Slurm does not take it, in Slurm's words.</exception>
    /// <exception cref="LaunchException">The command is not there.</exception>
    public long Submit(IEnumerable<string> arguments)
    {
        SlurmAnswer answer = Ask("sbatch", ["--parsable", .. arguments]);
        if (!answer.Succeeded)
            throw new SlurmRefusalException(answer.Complaint);
        // Sites may print lines of their own before it; the cluster's name may follow it.
        return answer.Lines is [.., string line] && long.TryParse(line.Split(';')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            ? id
            : throw new SlurmRefusalException($"sbatch's answer contains no job number: '{answer.Output.Trim()}'");
    }

    /// <summary>The elements of jobs that wait or run.</summary>
    public SlurmQueue Queue(IEnumerable<SlurmJob> jobs, CancellationToken cancellationToken)
    {
        SlurmAnswer answer = Ask(
            "squeue",
            ["--noheader", "--array", "--jobs", string.Join(',', jobs.Select(job => job.Id!.Value)), "--format", "%F|%K|%T|%r|%j"],
            cancellationToken: cancellationToken);
        // A job that ended some minutes ago is unknown; when it was the only one asked for, that is an error.
        if (IsUnknownJob(answer))
            return SlurmQueue.Empty;
        if (!answer.Succeeded)
            return SlurmQueue.Empty with { Problem = $"squeue: {answer.Complaint}" };

        Dictionary<(long Job, int Index), SlurmQueueEntry> entries = [];
        // Numbers may be used again after a cluster was set up anew; names are of this run alone.
        Dictionary<long, string> names = jobs.ToDictionary(job => job.Id!.Value, job => job.Name);
        foreach (string line in answer.Lines)
        {
            if (line.Split('|', 5) is not [string jobText, string indexText, string state, string reason, string name]
                || !long.TryParse(jobText, NumberStyles.None, CultureInfo.InvariantCulture, out long job)
                || !IsState().IsMatch(state))
                return SlurmQueue.Empty with { Problem = $"squeue's answer is not understood: '{line}'" };
            // A job that is no array has N/A here, and is none of ours.
            if (int.TryParse(indexText, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && names.GetValueOrDefault(job) == name)
                entries[(job, index)] = new(state, reason);
        }

        return new(entries);
    }

    /// <summary>The number of the living job that has a name; null when there is none.</summary>
    /// <exception cref="SlurmRefusalException">The queue cannot be read.</exception>
    public long? Find(string name)
    {
        SlurmAnswer answer = Ask("squeue", ["--noheader", "--name", name, "--format", "%F"]);
        if (!answer.Succeeded)
            throw new SlurmRefusalException($"squeue: {answer.Complaint}");
        return answer.Lines.Select(line => long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : (long?)null)
            .FirstOrDefault();
    }

    /// <summary>What became of a job's elements, as far as the controller or the accounting know; null when the controller cannot be asked now.</summary>
    public IReadOnlyDictionary<int, SlurmEnding>? Endings(SlurmJob job)
    {
        Dictionary<int, SlurmEnding> endings = [];
        // Accounting first: it may lag behind, and what the controller still knows overrides it.
        SlurmAnswer accounting = Ask(
            "sacct", ["--noheader", "--parsable2", "--allocations", "--jobs", $"{job.Id}", "--format", "JobID,State,ExitCode,NodeList"], mayBeMissing: true);
        foreach (string line in accounting.Succeeded ? accounting.Lines : [])
        {
            // What it takes for alive may have ended long ago without its hearing of it.
            if (AccountingLine().Match(line) is { Success: true } match
                && match.Groups["job"].Value == $"{job.Id}"
                && SlurmEnding.Parse(match) is { IsAlive: false } ending)
                endings[int.Parse(match.Groups["index"].Value, CultureInfo.InvariantCulture)] = ending;
        }

        SlurmAnswer controller = Ask("scontrol", ["--oneliner", "show", "job", $"{job.Id}"]);
        if (!controller.Succeeded && !IsUnknownJob(controller))
            return null;
        foreach (string line in controller.Succeeded ? controller.Lines : [])
        {
            if (ControllerLine().Match(line) is { Success: true } match && match.Groups["job"].Value == $"{job.Id}" && match.Groups["name"].Value == job.Name)
                endings[int.Parse(match.Groups["index"].Value, CultureInfo.InvariantCulture)] = SlurmEnding.Parse(match);
        }

        return endings;
    }

    /// <summary>Elements that an array may have.</summary>
    public int MaxArraySize()
    {
        SlurmAnswer answer = Ask("scontrol", ["show", "config"]);
        Match match = MaxArraySizeLine().Match(answer.Output);
        // Slurm's number is one more than the largest index, and indices begin with 0.
        return match.Success && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out int size) && size > 1 ? size : DefaultMaxArraySize;
    }

    /// <summary>Lets a waiting job wait for others too. One that has begun stays as it is.</summary>
    public void Delay(long job, string dependency) => Ask("scontrol", ["update", $"JobId={job}", $"Dependency={dependency}"]);

    private static bool IsUnknownJob(SlurmAnswer answer) => !answer.Succeeded && answer.Error.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase);

    private SlurmAnswer Ask(string program, IEnumerable<string> arguments, bool mayBeMissing = false, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(folder is null ? program : Path.Combine(folder, program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Users set these to have their own tables look nice; here they would hide jobs, or make sbatch wait for the end.
        foreach (string name in start.Environment.Keys
            .Where(name => name.StartsWith("SQUEUE_", StringComparison.Ordinal) || name.StartsWith("SACCT_", StringComparison.Ordinal) || name == "SBATCH_WAIT")
            .ToArray())
            start.Environment.Remove(name);

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception) when (mayBeMissing)
        {
            return new(null, "", $"{program} is not there");
        }
        catch (Win32Exception e)
        {
            throw new LaunchException(
                $"Slurm's command '{program}' cannot be started ({e.Message}): run this where Slurm is installed, as on a login node of the cluster", e);
        }

        using (process)
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None),
                error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            long begin = Stopwatch.GetTimestamp();
            while (!process.WaitForExit(Glance))
            {
                if (!cancellationToken.IsCancellationRequested && Stopwatch.GetElapsedTime(begin) < Patience)
                    continue;
                process.Kill(entireProcessTree: true);
                return new(null, "", $"{program} did not answer within {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");
            }

            return new(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
    }

    [GeneratedRegex(@"\A[A-Z_]+\z")]
    private static partial Regex IsState();

    [GeneratedRegex(@"^MaxArraySize\s*=\s*(\d+)", RegexOptions.Multiline)]
    private static partial Regex MaxArraySizeLine();

    [GeneratedRegex(@"\A(?<job>\d+)_(?<index>\d+)\|(?<state>[A-Z_]+)[^|]*\|(?<exit>\d+):(?<signal>\d+)\|(?<node>[^|]*)\z")]
    private static partial Regex AccountingLine();

    [GeneratedRegex(
        @"\bArrayJobId=(?<job>\d+) ArrayTaskId=(?<index>\d+) .*?\bJobName=(?<name>\S+) .*?\bJobState=(?<state>[A-Z_]+)"
            + @"(?: .*?\bExitCode=(?<exit>\d+):(?<signal>\d+))?(?: .*? NodeList=(?<node>\S*))?")]
    private static partial Regex ControllerLine();
}

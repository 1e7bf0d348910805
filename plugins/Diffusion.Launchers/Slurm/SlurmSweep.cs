using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Diffusion.Launchers.Slurm;

/// <summary>One launch: what is alive is followed, the rest is submitted, and every task is told of once.</summary>
internal sealed class SlurmSweep
{
    private readonly SlurmLauncherOptions _options;
    private readonly SlurmCommands _slurm;
    private readonly ILaunchContext _context;
    private readonly CancellationToken _token;
    private readonly string _folder;
    private readonly SlurmJournal _journal;

    private readonly Dictionary<string, int> _stageOf = [];
    private readonly HashSet<string> _open = [];
    private readonly HashSet<string> _started = [];
    private readonly Dictionary<string, int> _retries = [];
    private readonly HashSet<string> _said = [];
    // Elements still to be submitted, by stage.
    private readonly List<IReadOnlyList<string>>[] _backlog;
    private List<SlurmElement> _live = [];
    private bool _hasSubmitted;
    private int? _maxArraySize;

    public SlurmSweep(SlurmLauncherOptions options, SlurmCommands slurm, ILaunchContext context, CancellationToken token)
    {
        (_options, _slurm, _context, _token) = (options, slurm, context, token);
        _folder = Path.Combine(context.RunFolder, "slurm");
        Directory.CreateDirectory(Logs);
        _journal = new SlurmJournal(Path.Combine(_folder, "jobs.json"));
        _backlog = [.. context.Stages.Select(_ => new List<IReadOnlyList<string>>())];
        for (int stage = 0; stage < context.Stages.Count; stage++)
        {
            foreach (string task in context.Stages[stage].Tasks)
            {
                _stageOf.Add(task, stage);
                _open.Add(task);
            }
        }
    }

    private string Logs => Path.Combine(_folder, "logs");

    public LaunchOutcome Run()
    {
        try
        {
            Collect(_open);
            if (_open.Count == 0)
                return new();
            Attach();
            Submit();
            if (!_options.Follow)
                return new(Whereabouts());
            Follow();
            return new();
        }
        catch (OperationCanceledException)
        {
            if (_live.Count > 0)
                _context.Say(Whereabouts());
            throw;
        }
        catch (SlurmRefusalException e)
        {
            throw new LaunchException($"Slurm does not take the job: {e.Message}{(_live.Count > 0 ? $". {Whereabouts()}" : "")}", e);
        }
    }

    // What earlier launches have submitted and is still alive keeps its tasks; all others are to be submitted.
    private void Attach()
    {
        SlurmJob[] earlier = [.. _journal.Jobs.Where(job => job.Elements.Any(tasks => tasks.Any(_open.Contains))).ToArray().Select(Identified)
            .OfType<SlurmJob>()];
        SlurmQueue queue = earlier.Length == 0 ? SlurmQueue.Empty : Look(earlier);
        while (queue.Problem is not null)
        {
            Wait();
            queue = Look(earlier);
        }

        SlurmElement[] elements = [.. earlier.SelectMany(job => Enumerable.Range(0, job.Elements.Count).Select(index => new SlurmElement(job, index)))
            .Where(element => element.Tasks.Any(_open.Contains))];
        _live = [.. elements.Where(element => queue.Entries.ContainsKey(element.Key))];
        Collect(_open);
        HashSet<string> held = [.. _live.SelectMany(element => element.Tasks)];
        if (_live.Count > 0)
        {
            _hasSubmitted = true;
            _context.Say($"Following Slurm {Jobs()}, which {(_live.Select(element => element.Job.Id).Distinct().Count() == 1 ? "holds" : "hold")} "
                + $"{held.Count(_open.Contains)} tasks.");
        }

        for (int stage = 0; stage < _backlog.Length; stage++)
        {
            string[] tasks = [.. _context.Stages[stage].Tasks.Where(task => _open.Contains(task) && !held.Contains(task))];
            if (tasks.Length > 0)
                _backlog[stage].AddRange(tasks.Chunk(TasksPerElement(_context.Stages[stage].Name, tasks.Length)));
        }

        SayWhatEnded(elements.Except(_live).Where(element => element.Tasks.Any(task => _open.Contains(task) && !held.Contains(task))));
    }

    // The number of a job may be missing where a launch was killed between its submission and the answer.
    private SlurmJob? Identified(SlurmJob job)
    {
        while (job.Id is null)
        {
            try
            {
                if (_slurm.Find(job.Name) is not { } id)
                    return null;
                job = job with { Id = id };
                _journal.Write(job);
            }
            catch (SlurmRefusalException e)
            {
                SayOnce($"{e.Message}. Waiting until Slurm answers.");
                Wait();
            }
        }

        return job;
    }

    private void SayWhatEnded(IEnumerable<SlurmElement> ended)
    {
        foreach (IGrouping<string, string> group in ended.GroupBy(element => element.Job).SelectMany(Told).GroupBy(pair => pair.Ending, pair => pair.Log))
            _context.Say("Ended without all of its records while no command followed it, and submitted again: "
                + $"{group.First()}{(group.Count() > 1 ? $" and {group.Count() - 1} more" : "")}: {group.Key}.");

        IEnumerable<(string Ending, string Log)> Told(IGrouping<SlurmJob, SlurmElement> elements)
        {
            IReadOnlyDictionary<int, SlurmEnding> endings = _slurm.Endings(elements.Key) ?? new Dictionary<int, SlurmEnding>();
            return elements.Select(element => (EndingOf(element, endings).InWords, $"{element.Job.Id}_{element.Index}"));
        }
    }

    // Training is long and few; samples are short and many, and what a start costs is shared: so that both elements and the tasks in one grow with a sweep.
    private int TasksPerElement(string stage, int tasks) =>
        _options.TasksPerElement > 0 ? _options.TasksPerElement : stage == "train" ? 1 : (int)Math.Ceiling(Math.Sqrt(tasks) / 2);

    private void Submit()
    {
        for (int stage = 0; stage < _backlog.Length; stage++)
        {
            long? before = null;
            while (_backlog[stage].Count > 0)
            {
                IReadOnlyList<string>[] elements = [.. _backlog[stage].Take(_maxArraySize ??= _slurm.MaxArraySize())];
                // A limit to the elements at a time holds for an array; of several, each waits for the one before.
                long[] awaited = [.. JobsBefore(stage), .. before is { } id && _options.MaxParallel > 0 ? new[] { id } : []];
                try
                {
                    before = Submit(stage, elements, awaited);
                }
                catch (SlurmRefusalException e) when (e.MayPass && _hasSubmitted && _options.Follow)
                {
                    SayOnce($"Slurm does not take more jobs now, trying again: {e.Message}");
                    return;
                }

                _backlog[stage].RemoveRange(0, elements.Length);
            }

            if (before is not null)
                DelayLaterStages(stage);
        }
    }

    private long[] JobsBefore(int stage) => [.. _live.Where(element => StageOf(element) < stage).Select(element => element.Job.Id!.Value).Distinct()];

    private int StageOf(SlurmElement element) => _stageOf[element.Tasks.First(_stageOf.ContainsKey)];

    private long Submit(int stage, IReadOnlyList<string>[] elements, long[] awaited)
    {
        _token.ThrowIfCancellationRequested();
        string run = Path.GetFileName(Path.TrimEndingDirectorySeparator(_context.RunFolder)), name = _context.Stages[stage].Name;
        string mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_context.RunFolder)))[..6];
        int number = _journal.Jobs.Count + 1;
        var job =
            new SlurmJob { Name = SlurmScript.Name($"{run}-{name}-{number}-{mark}"), Stage = name, Submitted = DateTimeOffset.UtcNow, Elements = elements };
        string script = SlurmScript.Write(Path.Combine(_folder, $"{number}-{name}"), elements, _options, _context.WorkerCommand);
        _journal.Write(job);
        try
        {
            job = job with { Id = _slurm.Submit([.. SlurmScript.Arguments(job, _options, Logs, Dependency(awaited)), script]) };
        }
        catch (SlurmRefusalException e)
        {
            // Ctrl-C reaches sbatch too; and where only its answer was lost, the job is there.
            _token.ThrowIfCancellationRequested();
            if (!e.MayPass || Taken(job.Name) is not { } id)
            {
                _journal.Remove(job);
                throw;
            }

            job = job with { Id = id };
        }

        _journal.Write(job);
        _hasSubmitted = true;
        _live.AddRange(Enumerable.Range(0, elements.Length).Select(index => new SlurmElement(job, index)));
        _context.Say($"Submitted to Slurm: job {job.Id} ({name}), {elements.Sum(tasks => tasks.Count)} tasks in {elements.Length} elements.");
        return job.Id.Value;
    }

    private long? Taken(string name)
    {
        try
        {
            return _slurm.Find(name);
        }
        catch (SlurmRefusalException)
        {
            return null;
        }
    }

    private static string? Dependency(long[] jobs) => jobs.Length == 0 ? null : $"afterany:{string.Join(':', jobs)}";

    // What was submitted again belongs to what later stages have to wait for.
    private void DelayLaterStages(int stage)
    {
        foreach (IGrouping<long, SlurmElement> job in _live.Where(element => StageOf(element) > stage)
            .GroupBy(element => element.Job.Id!.Value)
            .Where(job => job.All(element => element.Waits)))
            _slurm.Delay(job.Key, Dependency(JobsBefore(StageOf(job.First())))!);
    }

    private void Follow()
    {
        while (true)
        {
            SlurmJob[] jobs = [.. _live.Select(element => element.Job).Distinct()];
            // Records are looked for after the queue was seen: who is gone from it has written what it will write.
            SlurmQueue queue = jobs.Length == 0 ? SlurmQueue.Empty : Look(jobs);
            if (queue.Problem is null)
                Update(queue);
            Collect(queue.Problem is null ? [.. _live.Where(element => !element.Waits).SelectMany(element => element.Tasks)] : _open);
            if (queue.Problem is null)
                Settle();
            _live.RemoveAll(element => !element.Tasks.Any(_open.Contains));
            Submit();
            if (_open.Count == 0)
                return;
            Wait();
        }
    }

    private SlurmQueue Look(SlurmJob[] jobs)
    {
        SlurmQueue queue = _slurm.Queue(jobs, _token);
        _token.ThrowIfCancellationRequested();
        if (queue.Problem is { } problem)
            SayOnce($"{problem}. The jobs are not affected; asking again every {_options.PollSeconds} s.");
        return queue;
    }

    private void Update(SlurmQueue queue)
    {
        foreach (SlurmElement element in _live)
        {
            if (!queue.Entries.TryGetValue(element.Key, out SlurmQueueEntry? entry))
            {
                element.Waits = false;
                element.MissedSince ??= Stopwatch.GetTimestamp();
                continue;
            }

            element.MissedSince = null;
            element.Waits = entry.Waits;
            if (entry.WaitsUnusually)
                SayOnce($"Slurm job {element.Job.Id} waits: {entry.Reason}.");
            if (!entry.Waits && element.Tasks.FirstOrDefault(_open.Contains) is { } task && _started.Add(task))
                _context.Started(task);
        }
    }

    private void Collect(IReadOnlyCollection<string> tasks)
    {
        foreach (string task in tasks.Where(task => _open.Contains(task) && _context.HasRecord(task)).ToArray())
            End(task, null);
    }

    private void End(string task, TaskFailure? failure)
    {
        _open.Remove(task);
        _context.Ended(task, failure);
    }

    // Decides on elements that are gone, have left tasks without a record, and whose records have had time to be seen.
    private void Settle()
    {
        TimeSpan grace = TimeSpan.FromSeconds(_options.GraceSeconds);
        IEnumerable<SlurmElement> gone =
            _live.Where(element => element.MissedSince is { } since && Stopwatch.GetElapsedTime(since) >= grace && element.Tasks.Any(_open.Contains));
        List<(string Reason, int Tasks)> again = [];
        foreach (IGrouping<SlurmJob, SlurmElement> job in gone.GroupBy(element => element.Job).ToArray())
        {
            if (_slurm.Endings(job.Key) is not { } endings)
                continue;
            foreach (SlurmElement element in job)
            {
                SlurmEnding ending = EndingOf(element, endings);
                if (ending.IsAlive)
                {
                    element.MissedSince = null;
                    continue;
                }

                _live.Remove(element);
                string[] left = [.. element.Tasks.Where(_open.Contains)];
                TaskFailure failure = Failure(element, ending);
                string[] failed = [.. left.Where((_, place) => Fails(element, left, place, ending))];
                foreach (string task in failed)
                    End(task, failure);
                // Alone, a task shares neither time nor memory with others, and can take none of them down.
                _backlog[StageOf(element)].AddRange(left.Except(failed).Select(task => new[] { task }));
                if (left.Length > failed.Length)
                    again.Add((failure.Message, left.Length - failed.Length));
            }
        }

        foreach (IGrouping<string, int> group in again.GroupBy(entry => entry.Reason, entry => entry.Tasks))
            _context.Say($"{group.Sum()} tasks are submitted again: {group.Key}");
    }

    /// <summary>Whether one of the tasks that an element left without a record has failed; else it is submitted again.</summary>
    private bool Fails(SlurmElement element, string[] left, int place, SlurmEnding ending)
    {
        if (ending.WasCancelled)
            return true;
        // Made of what another task was to leave and is yet to leave in another try.
        if (_open.Any(task => _stageOf[task] < StageOf(element)))
            return false;
        if (ending.NeverBegan && left.Length == element.Tasks.Count)
            return true;
        // A worker takes tasks in order: it was at the first that is left. The others had no part in its end.
        if (place > 0)
            return false;
        // More than its share of time or memory it had only if it had all of it.
        if (ending.Kind is TaskFailureKind.OutOfMemory or TaskFailureKind.Timeout)
            return left.Length == element.Tasks.Count;
        int retries = _retries.GetValueOrDefault(left[0]);
        _retries[left[0]] = retries + 1;
        return retries >= _options.Retries;
    }

    private SlurmEnding EndingOf(SlurmElement element, IReadOnlyDictionary<int, SlurmEnding> endings) =>
        (endings.GetValueOrDefault(element.Index) ?? SlurmEnding.Unknown).With(SlurmLog.End(LogOf(element)));

    private TaskFailure Failure(SlurmElement element, SlurmEnding ending)
    {
        string log = LogOf(element), said = SlurmLog.LastWords(log);
        string where = $"Slurm job {element.Job.Id}_{element.Index}{(ending.Node.Length > 0 ? $" on {ending.Node}" : "")}";
        return new(ending.Kind, $"{ending.InWords} ({where}){(said.Length > 0 ? $": {said}" : "")}", File.Exists(log) ? log : null);
    }

    private string LogOf(SlurmElement element) => Path.Combine(Logs, $"{element.Job.Id}_{element.Index}.log");

    private string Jobs() => string.Join(", ", _live.Select(element => element.Job).Distinct().Select(job => $"job {job.Id} ({job.Stage})"));

    private string Whereabouts() =>
        $"{_live.SelectMany(element => element.Tasks).Count(_open.Contains)} tasks are still with Slurm: {Jobs()}. They continue on their own; "
            + "the same command follows them and collects the results. "
        + $"'scancel {string.Join(' ', _live.Select(element => element.Job.Id).Distinct())}' stops them. Their logs: {Logs}";

    private void SayOnce(string line)
    {
        if (_said.Add(line))
            _context.Say(line);
    }

    private void Wait()
    {
        _token.WaitHandle.WaitOne(TimeSpan.FromSeconds(_options.PollSeconds));
        _token.ThrowIfCancellationRequested();
    }
}

namespace Diffusion.Host.Views;

/// <summary>
/// How long tasks that run side by side will still take. A task takes a constant and an amount for each unit of its work, both fitted to the tasks of its kind
/// that have ended: cheap tasks start first, so tasks a second would promise too much.
/// </summary>
/// <param name="clock">Measures time.</param>
internal sealed class RemainingTime(TimeProvider clock)
{
    private readonly Dictionary<string, Kind> _kinds = [];
    private readonly Dictionary<string, (string Kind, double? Work)> _waiting = [];
    private readonly Dictionary<string, Running> _running = [];
    private readonly Costs _known = new();
    private readonly Costs _unknown = new();
    private long _begin;
    private long _lastChange;
    private double _seconds;
    private double _idle;
    private int _ended;
    private int _startedAgain;
    private int _workers;

    /// <summary>Announces a task.</summary>
    /// <param name="task">Its identity.</param>
    /// <param name="kind">What costs the same for the same work.</param>
    /// <param name="work">Units of work; null where nobody can know.</param>
    public void Expect(string task, string kind, double? work)
    {
        if (_kinds.Count == 0)
            _begin = _lastChange = clock.GetTimestamp();
        if (!_kinds.TryGetValue(kind, out Kind? own))
            _kinds[kind] = own = new Kind(work is not null);
        own.Waiting++;
        own.WaitingWork += work ?? 0;
        own.LargestWork = Math.Max(own.LargestWork, work ?? 0);
        _waiting[task] = (kind, work);
    }

    /// <summary>A task begins.</summary>
    public void Started(string task)
    {
        CountIdle();
        if (Take(task) is not { } own)
            return;
        _running[task] = new(own.Kind, own.Work, clock.GetTimestamp(), IsFirst: _ended == 0);
        _workers = Math.Max(_workers, _running.Count);
        if (_ended > 0)
            _startedAgain++;
    }

    /// <summary>A task is partly done.</summary>
    /// <param name="task">The task.</param>
    /// <param name="fraction">How much of it is done, from 0 to 1.</param>
    public void Progressed(string task, double fraction)
    {
        if (_running.TryGetValue(task, out Running? running))
            _running[task] = running with { Fraction = fraction };
    }

    /// <summary>A task has ended.</summary>
    /// <param name="task">The task.</param>
    /// <param name="seconds">What it took by its own account, for tasks whose start was not told.</param>
    /// <param name="working">Seconds of that which grow with its work; null for a task that stopped early and tells nothing about others.</param>
    public void Ended(string task, double seconds, double? working)
    {
        CountIdle();
        _ended++;
        bool isFirst = false;
        if (_running.Remove(task, out Running? running))
        {
            seconds = clock.GetElapsedTime(running.Start).TotalSeconds;
            isFirst = running.IsFirst;
        }
        else if (Take(task) is { } untold)
        {
            running = new(untold.Kind, untold.Work, 0, IsFirst: false);
        }

        _seconds += seconds;
        if (running is null || working is not { } spent)
            return;
        double done = running.Work ?? 0;
        _kinds[running.Kind].Costs.Add(isFirst, done, seconds, Math.Min(spent, seconds));
        (running.Work is null ? _unknown : _known).Add(isFirst, done, seconds, Math.Min(spent, seconds));
    }

    /// <summary>What is expected; zero when nothing is left, null while nothing can be said.</summary>
    public TimeSpan? Left()
    {
        double sum = 0;
        double longest = 0;
        foreach (Kind kind in _kinds.Values.Where(kind => kind.Waiting > 0))
        {
            if (CostOf(kind) is not { } cost)
                return null;
            sum += (cost.Constant * kind.Waiting) + (cost.Slope * kind.WaitingWork);
            longest = Math.Max(longest, cost.At(kind.LargestWork));
        }

        foreach (Running running in _running.Values)
        {
            double elapsed = clock.GetElapsedTime(running.Start).TotalSeconds;
            double? left = running.Fraction > 0
                ? elapsed * (1 - running.Fraction) / running.Fraction
                : CostOf(_kinds[running.Kind]) is { } cost ? Math.Max(0, cost.At(running.Work ?? 0) - elapsed) : null;
            if (left is not { } seconds)
                return null;
            sum += seconds;
            longest = Math.Max(longest, seconds);
        }

        // Where starts are not told, what has been done at once tells how many work.
        double workers = _workers > 0 ? _workers : Math.Max(1, _seconds / Math.Max(1e-9, clock.GetElapsedTime(_begin).TotalSeconds));
        sum += _waiting.Count * (_startedAgain > 0 ? _idle / _startedAgain : 0);
        return TimeSpan.FromSeconds(Math.Min(Math.Max(sum / workers, longest), TimeSpan.MaxValue.TotalSeconds / 2));
    }

    // Workers have something to do between tasks, too: they write and read files, and are told what is next.
    private void CountIdle()
    {
        long now = clock.GetTimestamp();
        if (_ended > 0 && _waiting.Count > 0)
            _idle += (_workers - _running.Count) * clock.GetElapsedTime(_lastChange, now).TotalSeconds;
        _lastChange = now;
    }

    private (string Kind, double? Work)? Take(string task)
    {
        if (!_waiting.Remove(task, out (string Kind, double? Work) own))
            return null;
        Kind kind = _kinds[own.Kind];
        kind.Waiting--;
        kind.WaitingWork -= own.Work ?? 0;
        return own;
    }

    private Line? CostOf(Kind kind) =>
        kind.Costs.Fit() ?? (kind.IsKnown ? _known : _unknown).Fit() ?? (kind.IsKnown ? _unknown : _known).Mean() ?? FromFractions();

    // Before anything has ended, what is half done tells the most.
    private Line? FromFractions()
    {
        double seconds = 0;
        double work = 0;
        foreach (Running running in _running.Values.Where(running => running.Fraction > 0))
        {
            seconds += clock.GetElapsedTime(running.Start).TotalSeconds;
            work += running.Fraction * (running.Work ?? 0);
        }

        return work > 0 ? new Line(0, seconds / work) : null;
    }

    private sealed record Running(string Kind, double? Work, long Start, bool IsFirst, double Fraction = 0);

    private readonly record struct Line(double Constant, double Slope)
    {
        public double At(double work) => Constant + (Slope * work);
    }

    private sealed class Kind(bool isKnown)
    {
        public bool IsKnown { get; } = isKnown;

        public Costs Costs { get; } = new();

        public int Waiting { get; set; }

        public double WaitingWork { get; set; }

        public double LargestWork { get; set; }
    }

    // A worker's first task pays for starting up: it counts only until there are others.
    private sealed class Costs
    {
        private readonly Sums _first = new();
        private readonly Sums _later = new();

        private Sums Best => _later.Count > 0 ? _later : _first;

        public void Add(bool isFirst, double work, double seconds, double working) => (isFirst ? _first : _later).Add(work, seconds, working);

        public Line? Fit() => Best.Fit();

        public Line? Mean() => Best.Mean();
    }

    private sealed class Sums
    {
        private double _work;
        private double _workSquared;
        private double _seconds;
        private double _working;
        private double _workTimesWorking;

        public int Count { get; private set; }

        public void Add(double work, double seconds, double working)
        {
            Count++;
            _work += work;
            _workSquared += work * work;
            _seconds += seconds;
            _working += working;
            _workTimesWorking += work * working;
        }

        public Line? Mean() => Count == 0 ? null : new Line(_seconds / Count, 0);

        // Least squares through one more point, (0, 0): until tasks of different sizes have ended, what grows with work is taken to be proportional to it.
        public Line? Fit()
        {
            if (Count == 0)
                return null;
            double spread = _workSquared - (_work * _work / (Count + 1));
            if (spread <= 0)
                return Mean();
            double slope = Math.Clamp((_workTimesWorking - (_work * _working / (Count + 1))) / spread, 0, _working / _work);
            return new Line(Math.Max(0, (_seconds - (slope * _work)) / Count), slope);
        }
    }
}

using Diffusion.Core.Contracts;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Core.Sampling;

/// <summary>
/// The loop of adaptive methods from one level to another, in either direction: asks for attempts, accepts or repeats them, evaluates only
/// samples that are still on their way.
/// </summary>
internal sealed class AdaptiveLoop
{
    private const int RoundingUnits = 10;
    private readonly IAdaptiveSolver _solver;
    private readonly StepControl _control;
    private readonly NoiseSchedule _schedule;
    private readonly EvaluationRecorder _denoiser;
    private readonly INoiseSource _noise;
    private readonly NoiseLevel _end;
    private readonly double _endPlace;
    private readonly int _direction;
    private readonly List<StepAttempt>? _log;
    private readonly List<(int[] Samples, Tensor State)> _finished = [];

    // One clock a row, or one for all rows where the batch is coupled.
    private Clock[] _clocks;
    private int[] _samples;
    private Tensor _x;
    private Tensor _compared;
    private Tensor? _slope;
    private bool[] _hasSlope;

    private AdaptiveLoop(
        IAdaptiveSolver solver, NoiseSchedule schedule, NoiseLevel from, NoiseLevel to, Tensor start, EvaluationRecorder denoiser, INoiseSource noise,
        List<StepAttempt>? log)
    {
        _solver = solver;
        _control = solver.Control;
        _schedule = schedule;
        _denoiser = denoiser;
        _noise = noise;
        _log = log;
        _end = to;
        _endPlace = _control.Variable.Place(to);
        _direction = Math.Sign(_endPlace - _control.Variable.Place(from));
        _samples = [.. Enumerable.Range(0, (int)start.shape[0])];
        _clocks = [.. Enumerable.Range(0, IsCoupled ? 1 : _samples.Length).Select(_ => new Clock(from, _control.Variable.Place(from)))];
        _hasSlope = new bool[_clocks.Length];
        _x = start.clone();
        _compared = _x;
    }

    private bool IsCoupled => _control.Coupling == StepCoupling.Batch;

    /// <summary>Carries a batch from one level to another. The state there, shape (B, …), fresh.</summary>
    /// <exception cref="StepControlException">The end cannot be reached within the tolerance.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Tensor Run(
        IAdaptiveSolver solver, NoiseSchedule schedule, NoiseLevel from, NoiseLevel to, Tensor start, EvaluationRecorder denoiser, INoiseSource noise,
        List<StepAttempt>? log, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        var loop = new AdaptiveLoop(solver, schedule, from, to, start, denoiser, noise, log);
        if (loop._direction != 0)
            loop.Go(cancellationToken);
        return scope.MoveToOuter(loop.Collect());
    }

    private void Go(CancellationToken cancellationToken)
    {
        for (int attempts = 0; _samples.Length > 0; attempts++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (attempts == _control.MaximumAttempts)
                throw new StepControlException("more attempts than allowed; loosen the tolerance or raise the limit", attempts, _clocks[0].Level);

            Tensor[] before = Carried();
            using DisposeScope scope = NewDisposeScope();
            CompleteSlopes();
            if (attempts == 0)
                ChooseFirstSteps();
            Attempt(attempts);

            Tensor[] after = Carried();
            scope.MoveToOuter(after.Where(scope.Contains));
            foreach (Tensor tensor in before.Where(tensor => !after.Any(kept => ReferenceEquals(kept, tensor))))
                tensor.Dispose();
        }
    }

    private void CompleteSlopes()
    {
        int[] missing = [.. Enumerable.Range(0, _clocks.Length).Where(i => !_hasSlope[i])];
        if (missing.Length == 0)
            return;

        NoiseLevels levels = Levels(clock => clock.Level);
        if (missing.Length == _clocks.Length)
        {
            _slope = Slope(_x, levels, _samples);
        }
        else
        {
            Tensor rows = Rows(missing);
            int[] samples = [.. missing.Select(i => _samples[i])];
            Tensor found = Slope(_x.index_select(0, rows), levels.ForSamples(missing), samples);
            _slope = _slope!.clone().index_copy_(0, rows, found);
        }

        Array.Fill(_hasSlope, true);
    }

    private void ChooseFirstSteps()
    {
        double range = Math.Abs(_endPlace - _clocks[0].Place);
        if (_control.InitialStep is { } given)
        {
            Start(_ => given);
            return;
        }

        // Hairer, Nørsett & Wanner 1993, II.4: d0, d1, d2 measure state, slope and curvature.
        Tensor scale = ErrorNorm.Scale(_control, _x, _x);
        double[] d0 = ErrorNorm.Norms(_control, _x, scale);
        double[] d1 = ErrorNorm.Norms(_control, _slope!, scale);
        double[] h0 = [.. d0.Zip(d1, (state, slope) => Math.Min(range, state < 1e-5 || slope < 1e-5 ? 1e-6 : 0.01 * state / slope))];
        for (int i = 0; i < _clocks.Length; i++)
            _clocks[i].Aim(_clocks[i].Place + (_direction * h0[i]), _control.Variable, _schedule);
        AdaptiveStep probe = Step();
        Tensor change = Slope(probe.Along(), probe.To, _samples) - _slope!;
        double[] d2 = [.. ErrorNorm.Norms(_control, change, scale).Zip(h0, (size, step) => size / step)];
        Start(i => d1[i] <= 1e-15 && d2[i] <= 1e-15
            ? Math.Max(1e-6, h0[i] * 1e-3)
            : Math.Min(100 * h0[i], Math.Pow(0.01 / Math.Max(d1[i], d2[i]), _control.Exponent)));

        void Start(Func<int, double> length)
        {
            for (int i = 0; i < _clocks.Length; i++)
                _clocks[i].Controller = new StepController(_control, length(i));
        }
    }

    private void Attempt(int attempts)
    {
        foreach (Clock clock in _clocks)
            clock.Aim(NextPlace(clock, attempts), _endPlace, _end, _control.Variable, _schedule);

        AdaptiveStep step = Step();
        AdaptiveTrial trial = Try(step);
        Tensor scale = ErrorNorm.Scale(_control, trial.Compared, _compared);
        double[] errors = ErrorNorm.Norms(_control, trial.Error, scale);
        if (trial.CoarseError is { } coarse)
            errors = [.. errors.Zip(ErrorNorm.Norms(_control, coarse, scale), Temper)];

        bool[] isAccepted = [.. _clocks.Select((clock, i) => clock.Controller!.Accepts(errors[i], Math.Abs(clock.TargetPlace - clock.Place)))];
        for (int i = 0; i < _clocks.Length; i++)
            _log?.Add(new StepAttempt(IsCoupled ? null : _samples[i], _clocks[i].Level, _clocks[i].Target, errors[i], isAccepted[i]));
        if (isAccepted.Contains(true))
            GoOn(step, trial, isAccepted);
    }

    private Tensor Slope(Tensor x, NoiseLevels levels, int[] samples) =>
        Returned.CheckPart(_solver, x, _solver.Slope(x, levels, samples, _schedule, _denoiser), "the slope");

    private AdaptiveTrial Try(AdaptiveStep step)
    {
        AdaptiveTrial trial = _solver.Try(step, _denoiser) ?? throw new ContractException(_solver, "returned null where an attempt is expected");
        Returned.CheckPart(_solver, step.X, trial.State, "the state");
        Returned.CheckPart(_solver, step.X, trial.Error, "the error");
        Returned.CheckPart(_solver, step.X, trial.Compared, "what the error is compared with");
        if (trial.CoarseError is { } coarse)
            Returned.CheckPart(_solver, step.X, coarse, "the coarse error");
        if (trial.EndSlope is { } slope)
            Returned.CheckPart(_solver, step.X, slope, "the slope at the end");
        return trial;
    }

    private void GoOn(AdaptiveStep step, AdaptiveTrial trial, bool[] isAccepted)
    {
        Tensor next = WithFreshNoise(step, trial, isAccepted);
        if (isAccepted.Contains(false))
        {
            long[] shape = new long[_x.dim()];
            Array.Fill(shape, 1);
            shape[0] = isAccepted.Length;
            Tensor accepted = tensor(isAccepted, shape, device: _x.device);
            _x = where(accepted, next, _x);
            _compared = where(accepted, trial.Compared, _compared);
            if (trial.EndSlope is { } slope)
                _slope = where(accepted, slope, _slope!);
        }
        else
        {
            (_x, _compared) = (next, trial.Compared);
            _slope = trial.EndSlope ?? _slope;
        }

        for (int i = 0; i < _clocks.Length; i++)
        {
            if (!isAccepted[i])
                continue;
            _clocks[i].Advance();
            _hasSlope[i] = trial.EndSlope is not null && trial.FreshNoise is null;
        }

        ReleaseFinished();
    }

    private Tensor WithFreshNoise(AdaptiveStep step, AdaptiveTrial trial, bool[] isAccepted)
    {
        if (trial.FreshNoise is not { } deviation)
            return trial.State;
        if (!isAccepted.Contains(false))
            return trial.State + step.Combine((deviation, step.BrownianIncrement()));

        // Only accepted rows draw: a source that counts its draws must not see attempts.
        int[] kept = [.. Enumerable.Range(0, isAccepted.Length).Where(i => isAccepted[i])];
        AdaptiveStep part = step with
        {
            X = step.X.index_select(0, Rows(kept)),
            From = step.From.ForSamples(kept),
            To = step.To.ForSamples(kept),
            Samples = [.. kept.Select(i => step.Samples[i])],
        };
        Tensor fresh = part.Combine((i => deviation(kept[i]), part.BrownianIncrement()));
        return trial.State + zeros_like(trial.State).index_copy_(0, Rows(kept), fresh);
    }

    private void ReleaseFinished()
    {
        int[] onTheWay = [.. Enumerable.Range(0, _clocks.Length).Where(i => _clocks[i].Place != _endPlace)];
        if (onTheWay.Length == _clocks.Length)
            return;
        if (onTheWay.Length == 0)
        {
            _finished.Add((_samples, _x));
            _samples = [];
            return;
        }

        int[] done = [.. Enumerable.Range(0, _clocks.Length).Except(onTheWay)];
        _finished.Add(([.. done.Select(i => _samples[i])], _x.index_select(0, Rows(done))));
        Tensor rows = Rows(onTheWay);
        _x = _x.index_select(0, rows);
        _compared = _compared.index_select(0, rows);
        _slope = _slope!.index_select(0, rows);
        _samples = [.. onTheWay.Select(i => _samples[i])];
        _clocks = [.. onTheWay.Select(i => _clocks[i])];
        _hasSlope = [.. onTheWay.Select(i => _hasSlope[i])];
    }

    private Tensor Collect()
    {
        if (_finished.Count == 0)
            return _x;
        if (_finished.Count == 1)
            return _finished[0].State;

        int[] order = [.. _finished.SelectMany(part => part.Samples)];
        int[] places = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
            places[order[i]] = i;
        return cat([.. _finished.Select(part => part.State)], 0).index_select(0, Rows(places));
    }

    private double NextPlace(Clock clock, int attempts)
    {
        double length = clock.Controller!.Step;
        double smallest = RoundingUnits * Math.BitIncrement(Math.Abs(clock.Place)) - (RoundingUnits * Math.Abs(clock.Place));
        double rest = Math.Abs(_endPlace - clock.Place);
        if (length >= rest - smallest)
            return _endPlace;
        if (!(length > smallest))
            throw new StepControlException(
                "the step fell below rounding; the tolerance is tighter than the arithmetic or the flow is not smooth", attempts, clock.Level);
        return clock.Place + (_direction * length);
    }

    private AdaptiveStep Step() => new()
    {
        X = _x,
        Slope = _slope!,
        From = Levels(clock => clock.Level),
        To = Levels(clock => clock.Target),
        End = _end,
        Variable = _control.Variable,
        Schedule = _schedule,
        Noise = _noise,
        Samples = _samples,
    };

    private NoiseLevels Levels(Func<Clock, NoiseLevel> level) =>
        IsCoupled ? level(_clocks[0]) : NoiseLevels.PerSample([.. _clocks.Select(level)]);

    private Tensor[] Carried() =>
        [.. new[] { _x, _compared, _slope }.OfType<Tensor>().Concat(_finished.Select(part => part.State)).Distinct<Tensor>(ReferenceEqualityComparer.Instance)];

    private Tensor Rows(int[] rows) => tensor(Array.ConvertAll(rows, row => (long)row), device: _x.device);

    private static double Temper(double error, double coarse) =>
        error == 0 && coarse == 0 ? 0 : error * error / Math.Sqrt((error * error) + (0.01 * coarse * coarse));

    /// <summary>Where a sample, or a coupled batch, stands and where it aims.</summary>
    private sealed class Clock(NoiseLevel level, double place)
    {
        public NoiseLevel Level { get; private set; } = level;

        public double Place { get; private set; } = place;

        public NoiseLevel Target { get; private set; }

        public double TargetPlace { get; private set; }

        public StepController? Controller { get; set; }

        public void Aim(double target, StepVariable variable, NoiseSchedule schedule) =>
            (TargetPlace, Target) = (target, variable.Level(schedule, target));

        // The end is the caller's level to the bit, whatever the way there and back through the variable would make of it.
        public void Aim(double target, double endPlace, NoiseLevel end, StepVariable variable, NoiseSchedule schedule)
        {
            if (target == endPlace)
                (TargetPlace, Target) = (target, end);
            else
                Aim(target, variable, schedule);
        }

        public void Advance() => (Level, Place) = (Target, TargetPlace);
    }
}

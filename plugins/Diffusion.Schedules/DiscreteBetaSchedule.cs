using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="DiscreteBetaSchedule"/>.</summary>
public sealed record DiscreteBetaOptions : ComponentOptions, IValidatableObject
{
    [Description("How the noise rates grow: linear, scaled-linear (their roots linear), cosine (squared cosine, capped at 0.999) or sigmoid.")]
    public BetaTable Table { get; init; }

    [Description("N, the number of noise rates, which is the horizon.")]
    [Range(1, 10000)]
    public int TrainSteps { get; init; } = 1000;

    [Description("The first noise rate; the cosine table has its own.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double BetaStart { get; init; } = 1e-4;

    [Description("The last noise rate; the cosine table has its own.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double BetaEnd { get; init; } = 0.02;

    [Description("Whether the table is rescaled so that nothing of the data is left after its last entry.")]
    public bool ZeroTerminalSnr { get; init; }

    [Description("What is linear between two entries: log-alpha, half-log-snr or noise-to-signal.")]
    public TableInterpolation Interpolation { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ZeroTerminalSnr && TrainSteps < 2)
            yield return new ValidationResult(
                "zeroTerminalSnr needs at least two noise rates: the first is kept, the last made total.", [nameof(ZeroTerminalSnr), nameof(TrainSteps)]);
    }
}

/// <summary>The variance-preserving chain of DDPM on a table of noise rates, with time counted in its steps.</summary>
/// <remarks>
/// Ho et al. 2020, "Denoising diffusion probabilistic models", eq. 4 (linear); Rombach et al. 2022 (scaled linear); Nichol &amp; Dhariwal 2021,
/// eq. 17 with s = 0.008 (cosine); Lin et al. 2023, "Common diffusion noise schedules and sample steps are flawed", algorithm 1 (zero
/// terminal signal-to-noise ratio).
/// <code>α² = ∏_{j ≤ k} (1 − β_j)  after k steps,   σ² = 1 − α²,   k = 0 … N</code>
/// Time t is the number of steps taken: t = 0 is clean data, the table's entry k − 1 (the "timestep" of most libraries) is t = k, and the
/// horizon is N. Whole times have the table's values exactly. Between them the chosen quantity is linear, so the rates f = −½g² are those
/// of that curve; at a whole time they are the rates of the interval before it, which is where a sampler goes. The last interval of a table
/// without terminal signal has α itself linear, as nothing else reaches 0.
/// </remarks>
[Component(ComponentKind.Schedule, "discrete-beta", "DDPM's chain on a table of noise rates, time in steps of the table",
    Reference = "Ho et al. 2020, eq. 4; Nichol & Dhariwal 2021, eq. 17; Lin et al. 2023", Aliases = ["ddpm", "discrete"])]
public sealed class DiscreteBetaSchedule : NoiseSchedule
{
    private const double CosineOffset = 0.008;
    private const double LargestCosineBeta = 0.999;
    private const double SigmoidReach = 6;

    private static readonly Comparer<double> Falling = Comparer<double>.Create((a, b) => b.CompareTo(a));

    private readonly TableInterpolation _interpolation;

    // log α at whole times, and its change over each interval.
    private readonly double[] _logAlpha;
    private readonly double[] _rate;
    private readonly double[] _halfLogSnr;
    private readonly double[] _noiseToSignal;

    /// <summary>Builds the table.</summary>
    public DiscreteBetaSchedule(DiscreteBetaOptions options)
    {
        _interpolation = options.Interpolation;
        _rate = [.. Betas(options).Select(beta => 0.5 * PreciseMath.Log1p(-beta))];
        if (options.ZeroTerminalSnr)
            RemoveTerminalSignal(_rate);

        _logAlpha = new double[_rate.Length + 1];
        for (int k = 0; k < _rate.Length; k++)
            _logAlpha[k + 1] = _logAlpha[k] + _rate[k];
        _noiseToSignal = [.. _logAlpha.Select(log => Math.Sqrt(PreciseMath.Expm1(-2 * log)))];
        _halfLogSnr = [.. _noiseToSignal.Select(scale => -Math.Log(scale))];
    }

    /// <inheritdoc/>
    public override double Horizon => _rate.Length;

    /// <summary>1, the table's first entry.</summary>
    public override double MinimumTime => _rate.Length > 1 ? 1 : 0.5;

    /// <inheritdoc/>
    public override NoiseLevel At(double t)
    {
        (int k, double passed) = Interval(t);
        if (EndsInNoise(k))
        {
            // 1 − α from its two small parts.
            double alphaBefore = Math.Exp(_logAlpha[k]);
            double alpha = alphaBefore * (1 - passed);
            double lost = (alphaBefore * passed) - PreciseMath.Expm1(_logAlpha[k]);
            return new(t, alpha, Math.Sqrt(lost * (1 + alpha)));
        }

        double logAlpha = LogAlpha(k, passed);
        return new(t, Math.Exp(logAlpha), Math.Sqrt(Math.Abs(PreciseMath.Expm1(2 * logAlpha))));
    }

    /// <inheritdoc/>
    public override double Drift(double t)
    {
        (int k, double passed) = Interval(t);
        if (EndsInNoise(k))
            return -1 / (1 - passed);

        switch (KindOf(k))
        {
            case TableInterpolation.HalfLogSnr:
                return (_halfLogSnr[k + 1] - _halfLogSnr[k]) * -PreciseMath.Expm1(2 * LogAlpha(k, passed));
            case TableInterpolation.NoiseToSignal:
                double scale = NoiseToSignal(k, passed);
                return -scale * (_noiseToSignal[k + 1] - _noiseToSignal[k]) / (1 + (scale * scale));
            default:
                return _rate[k];
        }
    }

    /// <inheritdoc/>
    public override double DiffusionSquared(double t) => -2 * Drift(t);

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr)
    {
        double logAlpha = -0.5 * PreciseMath.Softplus(-2 * halfLogSnr);
        int k = Array.BinarySearch(_logAlpha, logAlpha, Falling);
        k = Math.Min(k >= 0 ? k : ~k - 1, _rate.Length - 1);
        if (EndsInNoise(k))
            return k - PreciseMath.Expm1(logAlpha - _logAlpha[k]);

        return k + (KindOf(k) switch
        {
            TableInterpolation.HalfLogSnr => (halfLogSnr - _halfLogSnr[k]) / (_halfLogSnr[k + 1] - _halfLogSnr[k]),
            TableInterpolation.NoiseToSignal => (Math.Exp(-halfLogSnr) - _noiseToSignal[k]) / (_noiseToSignal[k + 1] - _noiseToSignal[k]),
            _ => (logAlpha - _logAlpha[k]) / _rate[k],
        });
    }

    /// <summary>dα/dt, also where the table ends without signal and f is infinite.</summary>
    public override double AlphaRate(double t)
    {
        int k = Interval(t).Before;
        return EndsInNoise(k) ? -Math.Exp(_logAlpha[k]) : base.AlphaRate(t);
    }

    /// <summary>dσ/dt = −α α′/σ; the general form subtracts σ² from 1.</summary>
    public override double SigmaRate(double t)
    {
        NoiseLevel level = At(t);
        return -level.Alpha * AlphaRate(t) / level.Sigma;
    }

    private static IEnumerable<double> Betas(DiscreteBetaOptions options)
    {
        int count = options.TrainSteps;
        return Enumerable.Range(0, count).Select(k =>
        {
            double u = k / (double)Math.Max(count - 1, 1);
            switch (options.Table)
            {
                case BetaTable.ScaledLinear:
                    double root = Math.Sqrt(options.BetaStart) + (u * (Math.Sqrt(options.BetaEnd) - Math.Sqrt(options.BetaStart)));
                    return root * root;
                case BetaTable.Cosine:
                    return Math.Min(CosineBeta(k, count), LargestCosineBeta);
                case BetaTable.Sigmoid:
                    return options.BetaStart + ((options.BetaEnd - options.BetaStart) / (1 + Math.Exp(-SigmoidReach * ((2 * u) - 1))));
                default:
                    return options.BetaStart + (u * (options.BetaEnd - options.BetaStart));
            }
        });
    }

    // 1 − cos² b/cos² a = sin(b + a) sin(b − a)/cos² a for the phases before and after the step: the difference would cancel.
    private static double CosineBeta(int k, int count)
    {
        double before = Phase(k / (double)count);
        double cosine = Math.Cos(before);
        double step = 0.5 * Math.PI / ((1 + CosineOffset) * count);
        return Math.Sin((2 * before) + step) * Math.Sin(step) / (cosine * cosine);

        static double Phase(double t) => 0.5 * Math.PI * (t + CosineOffset) / (1 + CosineOffset);
    }

    // α_k ← α_1 (α_k − α_N)/(α_1 − α_N): every difference is a sum of the losses between, from the end.
    private static void RemoveTerminalSignal(double[] rate)
    {
        double[] loss = new double[rate.Length];
        double logAlpha = 0;
        for (int k = 0; k < rate.Length; k++)
        {
            loss[k] = -Math.Exp(logAlpha) * PreciseMath.Expm1(rate[k]);
            logAlpha += rate[k];
        }

        double left = 0;
        for (int k = rate.Length - 1; k > 0; k--)
        {
            left += loss[k];
            rate[k] = PreciseMath.Log1p(-loss[k] / left);
        }
    }

    // The interval (k, k + 1] that holds t, and how much of it is passed.
    private (int Before, double Passed) Interval(double t)
    {
        int k = Math.Clamp((int)Math.Ceiling(t) - 1, 0, _rate.Length - 1);
        return (k, t - k);
    }

    private bool EndsInNoise(int k) => double.IsNegativeInfinity(_rate[k]);

    private TableInterpolation KindOf(int k) => k == 0 && _interpolation == TableInterpolation.HalfLogSnr ? TableInterpolation.LogAlpha : _interpolation;

    private double LogAlpha(int k, double passed)
    {
        if (passed == 1)
            return _logAlpha[k + 1];

        switch (KindOf(k))
        {
            case TableInterpolation.HalfLogSnr:
                return -0.5 * PreciseMath.Softplus(-2 * (((1 - passed) * _halfLogSnr[k]) + (passed * _halfLogSnr[k + 1])));
            case TableInterpolation.NoiseToSignal:
                double scale = NoiseToSignal(k, passed);
                return -0.5 * PreciseMath.Log1p(scale * scale);
            default:
                return _logAlpha[k] + (passed * _rate[k]);
        }
    }

    private double NoiseToSignal(int k, double passed) => ((1 - passed) * _noiseToSignal[k]) + (passed * _noiseToSignal[k + 1]);
}

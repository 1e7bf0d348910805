using System.ComponentModel;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="TabulatedSchedule"/>.</summary>
public sealed record TabulatedOptions : ComponentOptions
{
    [FilePath("CSV file")]
    [Description("A text file of comma-separated columns: t, alpha, sigma; or t, log-snr (log α²/σ²) or t, half-log-snr (log α/σ) of a variance-preserving "
        + "process. The first line names them; blank lines are skipped.")]
    public required string Path { get; init; }
}

/// <summary>A process given by a table of its levels.</summary>
/// <remarks>
/// Between rows λ(t) = log(α/σ) is a monotone piecewise cubic (Fritsch &amp; Butland 1984), and so is log α(t) where the table states it;
/// otherwise α² + σ² = 1. The rates follow exactly from these curves:
/// <code>f = d log α/dt    g² = −2 σ² dλ/dt</code>
/// Before the first row with noise λ falls by the logarithm of time with the slope it has there, and log α is linear, so that the data are
/// whole at t = 0; a table that states noise at t = 0 starts from it. Times rise, λ falls, α is 1 at t = 0, and some signal is left in the last
/// row, which is the horizon.
/// </remarks>
[Component(ComponentKind.Schedule, "tabulated", "A process from a file of its levels, interpolated monotonely",
    Reference = "Fritsch & Butland 1984")]
public sealed class TabulatedSchedule : NoiseSchedule
{
    private readonly double _firstTime;
    private readonly double _lastTime;
    private readonly MonotoneCubic _halfLogSnr;
    private readonly MonotoneCubic? _logAlpha;

    /// <summary>Reads the table.</summary>
    /// <exception cref="InvalidDataException">The file is no such table; the message names file and line.</exception>
    public TabulatedSchedule(TabulatedOptions options)
    {
        LevelTable table = LevelTable.Read(options.Path);
        IReadOnlyList<LevelRow> rows = table.Rows;
        double[] times = [.. rows.Select(row => row.Time)];
        (_firstTime, _lastTime) = (times[0], times[^1]);
        _halfLogSnr = new(times, [.. rows.Select(row => row.HalfLogSnr)]);
        _logAlpha = table.HasAlpha ? new(times, [.. rows.Select(row => row.LogAlpha)]) : null;
    }

    /// <inheritdoc/>
    public override double Horizon => _lastTime;

    /// <summary>The first row with noise.</summary>
    public override double MinimumTime => _firstTime;

    /// <inheritdoc/>
    public override NoiseLevel At(double t)
    {
        double halfLogSnr = HalfLogSnr(t).Value;
        if (_logAlpha is null)
            return new(t, Math.Exp(-0.5 * PreciseMath.Softplus(-2 * halfLogSnr)), Math.Exp(-0.5 * PreciseMath.Softplus(2 * halfLogSnr)));

        double logAlpha = LogAlpha(t).Value;
        return new(t, Math.Exp(logAlpha), Math.Exp(logAlpha - halfLogSnr));
    }

    /// <inheritdoc/>
    public override double Drift(double t)
    {
        if (_logAlpha is not null)
            return LogAlpha(t).Rate;

        (double halfLogSnr, double rate) = HalfLogSnr(t);
        return rate * Math.Exp(-PreciseMath.Softplus(2 * halfLogSnr));
    }

    /// <inheritdoc/>
    public override double DiffusionSquared(double t)
    {
        double sigma = At(t).Sigma;
        return -2 * HalfLogSnr(t).Rate * sigma * sigma;
    }

    /// <inheritdoc/>
    public override double TimeAt(double halfLogSnr)
    {
        (double first, double rate) = _halfLogSnr.At(_firstTime);
        return halfLogSnr > first && _firstTime > 0 ? _firstTime * Math.Exp((halfLogSnr - first) / (rate * _firstTime)) : _halfLogSnr.Inverse(halfLogSnr);
    }

    /// <summary>dσ/dt = σ (f − dλ/dt).</summary>
    public override double SigmaRate(double t) => At(t).Sigma * (Drift(t) - HalfLogSnr(t).Rate);

    private (double Value, double Rate) HalfLogSnr(double t)
    {
        if (t >= _firstTime)
            return _halfLogSnr.At(t);

        (double first, double rate) = _halfLogSnr.At(_firstTime);
        return (first + (rate * _firstTime * Math.Log(t / _firstTime)), rate * _firstTime / t);
    }

    private (double Value, double Rate) LogAlpha(double t)
    {
        if (t >= _firstTime)
            return _logAlpha!.At(t);

        double rate = _logAlpha!.At(_firstTime).Value / _firstTime;
        return (rate * t, rate);
    }
}

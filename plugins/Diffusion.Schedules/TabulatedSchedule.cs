using System.ComponentModel;
using System.Globalization;

namespace Diffusion.Schedules;

/// <summary>Options of <see cref="TabulatedSchedule"/>.</summary>
public sealed record TabulatedOptions : ComponentOptions
{
    [FilePath("CSV file")]
    [Description("A text file of comma-separated columns: t, alpha, sigma; or t, log-snr (log α²/σ²) or t, half-log-snr (log α/σ) of a variance-preserving process. The first line names them; blank lines are skipped.")]
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
    private static readonly string[][] Headers = [["t", "alpha", "sigma"], ["t", "log-snr"], ["t", "half-log-snr"]];

    private readonly string _path;
    private readonly double _firstTime;
    private readonly double _lastTime;
    private readonly MonotoneCubic _halfLogSnr;
    private readonly MonotoneCubic? _logAlpha;

    /// <summary>Reads the table.</summary>
    /// <exception cref="InvalidDataException">The file is no such table; the message names file and line.</exception>
    public TabulatedSchedule(TabulatedOptions options)
    {
        _path = options.Path;
        List<(double Time, double HalfLogSnr, double LogAlpha)> rows = [];
        string[]? header = null;
        int line = 0;
        foreach (string text in File.ReadLines(_path))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
                continue;

            string[] fields = text.Split(',', StringSplitOptions.TrimEntries);
            if (header is null)
            {
                header = Headers.FirstOrDefault(known => known.SequenceEqual(fields, StringComparer.OrdinalIgnoreCase))
                    ?? throw Invalid(line, $"the columns are '{text.Trim()}', not {string.Join(" or ", Headers.Select(known => $"'{string.Join(',', known)}'"))}");
                continue;
            }

            if (fields.Length != header.Length)
                throw Invalid(line, $"{fields.Length} fields where {header.Length} are expected");
            if (Row([.. fields.Select((field, i) => Number(field, header[i], line))], header, rows.Count == 0 ? null : rows[^1], line) is { } row)
                rows.Add(row);
        }

        if (rows.Count < 2)
            throw new InvalidDataException($"{_path} holds fewer than two rows with noise.");

        double[] times = [.. rows.Select(row => row.Time)];
        (_firstTime, _lastTime) = (times[0], times[^1]);
        _halfLogSnr = new(times, [.. rows.Select(row => row.HalfLogSnr)]);
        _logAlpha = header!.Length == 3 ? new(times, [.. rows.Select(row => row.LogAlpha)]) : null;
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

    // One row as t, λ and log α; null for clean data at t = 0, which every process has.
    private (double Time, double HalfLogSnr, double LogAlpha)? Row(double[] values, string[] header, (double Time, double HalfLogSnr, double LogAlpha)? before, int line)
    {
        double time = values[0];
        bool hasAlpha = header.Length == 3;
        if (time < 0)
            throw Invalid(line, "times are not negative");
        if (!hasAlpha && time == 0)
            throw Invalid(line, "a variance-preserving process is clean at t = 0, where this has no logarithm; start the table later");
        if (hasAlpha && time == 0 && values[1] != 1)
            throw Invalid(line, "alpha is 1 at t = 0");
        if (hasAlpha && time == 0 && values[2] == 0)
            return null;
        if (hasAlpha && !(values[1] > 0 && values[2] > 0))
            throw Invalid(line, "alpha and sigma are positive after t = 0: the interpolated log(alpha/sigma) is finite");

        double halfLogSnr = hasAlpha ? Math.Log(values[1] / values[2]) : header[1] == "log-snr" ? 0.5 * values[1] : values[1];
        if (before is { } previous && time <= previous.Time)
            throw Invalid(line, "the time does not rise");
        if (before is { } noisier && halfLogSnr >= noisier.HalfLogSnr)
            throw Invalid(line, "the signal-to-noise ratio does not fall");
        return (time, halfLogSnr, hasAlpha ? Math.Log(values[1]) : 0);
    }

    private double Number(string field, string column, int line) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Invalid(line, $"column '{column}': '{field}' is not a finite number");

    private InvalidDataException Invalid(int line, string what) => new($"{_path}, line {line}: {what}.");
}

using System.Globalization;
using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Statistics;
using Diffusion.Experiments.Storage;
using TorchSharp;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Judging;

/// <summary>What the samples of two configurations say of their being the same.</summary>
internal sealed class IdentityEvidence : Evidence
{
    private readonly double? _distance;
    private readonly double _tolerance;
    private readonly UnknownNumber? _missing;

    private IdentityEvidence(double? distance, double tolerance, int repeats, UnknownNumber? missing)
    {
        _distance = distance;
        _tolerance = tolerance;
        _missing = missing;
        Repeats = repeats;
    }

    public override string Claimed => $"samples differ by at most {_tolerance.ToString("g", CultureInfo.InvariantCulture)} of their magnitude";

    public override double? Value => _distance;

    public override int Repeats { get; }

    public override bool IsSure => _missing is null or { IsSure: true };

    public override bool GainsFromRepeats => false;

    public override double PValueOfFailure => _distance <= _tolerance ? 0 : 1;

    public override double PValueOfHolding => _missing?.PValueOfInside(default) ?? (_distance <= _tolerance ? 1 : 0);

    public override double? Distance => _distance is { } distance ? Math.Abs(distance - _tolerance) : null;

    public override Interval? Interval(double level) => _distance is { } distance ? new(distance, distance) : null;

    public override Remedy? Remedy(double level) => _missing?.Remedy(default, level);

    public static IdentityEvidence FromRecords(ClaimedIdentity identity, RecordedValues values)
    {
        double tolerance = Math.Max(ToleranceOf(identity.Left), ToleranceOf(identity.Right));
        if (MissingValues.Find(identity.Configurations, values) is { } missing)
            return Unknown(missing);
        Dictionary<RepeatNumber, CellRecord> beside = values.Records(identity.Right).ToDictionary(record => record.Number);
        double furthest = 0;
        int repeats = 0;
        foreach (CellRecord record in values.Records(identity.Left))
        {
            if (!beside.TryGetValue(record.Number, out CellRecord? other))
                continue;
            if (Difference(values.Folder, record, other) is not { } distance)
                return Unknown(new(null, repeats, new($"the samples of cells {record.Id} and {other.Id}, which are not in the run's folder")));
            furthest = Math.Max(furthest, distance);
            repeats++;
        }

        return repeats == 0
            ? Unknown(new(null, 0, new("repeats that both have")))
            : new(furthest, tolerance, repeats, null) { Place = identity.Place };

        IdentityEvidence Unknown(UnknownNumber number) => new(null, tolerance, number.Repeats, number) { Place = identity.Place };
    }

    private static double ToleranceOf(ClaimedConfiguration configuration)
    {
        // Canonical texts say "float64"; what they leave out is the default.
        bool isDouble = configuration.LabelOf("dtype") == "float64";
        return RoundingTolerance.ForType(isDouble ? ScalarType.Float64 : ScalarType.Float32);
    }

    // The largest difference of two numbers over the largest magnitude, or 1.
    private static double? Difference(RunFolder? folder, CellRecord left, CellRecord right)
    {
        if (folder is null || Read(folder, left) is not { } first || Read(folder, right) is not { } second)
            return null;
        using Tensor a = first.Samples, b = second.Samples;
        if (first.Digest == second.Digest)
            return 0;
        if (!a.shape.SequenceEqual(b.shape))
            return double.PositiveInfinity;
        using DisposeScope scope = NewDisposeScope();
        Tensor old = a.to(ScalarType.Float64), now = b.to(ScalarType.Float64);
        double magnitude = Math.Max(1, Math.Max(old.abs().max().ToDouble(), now.abs().max().ToDouble()));
        return (old - now).abs().max().ToDouble() / magnitude;
    }

    private static (Tensor Samples, string Digest)? Read(RunFolder folder, CellRecord record)
    {
        if (record.Samples is not { } file)
            return null;
        SamplesId id = SamplesId.Parse(Path.GetFileNameWithoutExtension(file));
        try
        {
            return RecordJson.Find<SampleRecord>(folder.SampleRecordFile(id)) is { } sampled
                ? (NpyFile.Read(folder.SamplesFile(id), sampled.Digest), sampled.Digest)
                : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
    }
}

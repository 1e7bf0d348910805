using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Judging;

/// <summary>What records say of a weighted sum of means.</summary>
internal sealed class ContrastEvidence : Evidence
{
    // Float32 arithmetic in another order moves the sixth digit.
    private const double SameDigits = 1e-5;

    private readonly Region _region;
    private readonly Knowledge _knowledge;

    private ContrastEvidence(Region region, Knowledge knowledge)
    {
        _region = region;
        _knowledge = knowledge;
    }

    // A value of a term in a repeat, and by how much it may be off.
    private readonly record struct Part(double Value, double? Error, bool IsComputed);

    public override string Claimed => $"{_region}";

    public override double? Value => _knowledge.Value;

    public override int Repeats => _knowledge.Repeats;

    public override bool IsSure => _knowledge.IsSure;

    public override double PValueOfFailure => _knowledge.PValueOfOutside(_region);

    public override double PValueOfHolding => _knowledge.PValueOfInside(_region);

    public override double? Distance => Value is { } value ? Knowledge.Distance(value, _region) : null;

    public override Interval? Interval(double level) => _knowledge.Interval(level);

    public override Remedy? Remedy(double level) => _knowledge.Remedy(_region, level);

    public static ContrastEvidence FromRecords(ClaimedContrast contrast, RecordedValues values) =>
        new(contrast.Region, Know(contrast, values)) { Place = contrast.Place };

    /// <summary>What records say of a sum, wherever it is claimed to lie.</summary>
    public static Knowledge Know(ClaimedContrast contrast, RecordedValues values)
    {
        if (MissingValues.Find(contrast, values) is { } missing)
            return missing;
        Dictionary<RepeatNumber, MetricValue>[] terms = [.. contrast.Terms.Select(term => values.Records(term.Configuration)
            .Select(record => (Repeat: record.Number, Value: values.Find(record, term.Metric, term.IsExactSampler)))
            .Where(found => found.Value is not null)
            .ToDictionary(found => found.Repeat, found => found.Value!))];
        RepeatNumber[] repeats = [.. terms[0].Keys.Where(repeat => terms.All(term => term.ContainsKey(repeat))).OrderBy(repeat => repeat.Draw)];
        if (repeats.Length == 0)
            return new UnknownNumber(null, 0, new("repeats that have all values"));
        if (contrast.IsLogarithmic && terms.Any(term => repeats.Any(repeat => !(term[repeat].Value > 0))))
            return new UnknownNumber(null, repeats.Length, new("positive values: their logarithms are taken"));
        Part[][] parts = [.. contrast.Terms.Zip(
            terms, (term, found) => (Part[])[.. repeats.Select(repeat => PartOf(term, found[repeat], contrast.IsLogarithmic))])];
        return Combine(repeats, parts, isDifference: parts.Length > 1 && !contrast.IsLogarithmic);
    }

    private static Part PartOf(ContrastTerm term, MetricValue value, bool isLogarithmic)
    {
        bool isComputed = value.ErrorKind == MetricErrorKind.Quadrature;
        double weight = Math.Abs(term.Coefficient);
        if (!isLogarithmic)
            return new(term.Coefficient * value.Value, value.StandardError * weight, isComputed);
        // The logarithm bends upwards towards smaller values; of an error that is a bound, the side that is further off counts.
        double? error = value.StandardError is not { } own ? null
            : isComputed ? (own < value.Value ? -Math.Log(1 - (own / value.Value)) : double.PositiveInfinity)
            : own / value.Value;
        return new(term.Coefficient * Math.Log(value.Value), error * weight, isComputed);
    }

    private static Knowledge Combine(RepeatNumber[] repeats, Part[][] parts, bool isDifference)
    {
        int count = parts[0].Length;
        double[] sums = [.. Enumerable.Range(0, count).Select(i => parts.Sum(part => part[i].Value))];
        double magnitude = parts.Max(part => part.Max(one => Math.Abs(one.Value)));
        Part[][] computed = [.. parts.Where(IsComputed)], drawn = [.. parts.Where(part => !IsComputed(part))];
        double slack = computed.Sum(part => part[0].Error ?? 0);
        if (drawn.Length == 0)
            return new ComputedNumber(sums[0], slack, count);
        // Two methods that are one: what they have in common is no matter of chance.
        if (isDifference && Array.TrueForAll(sums, sum => Math.Abs(sum) <= SameDigits * magnitude))
            return new ComputedNumber(sums.Average(), (SameDigits * magnitude) + slack, count);
        // Repeats of one network share what it does well or badly.
        RepeatUnit unit = repeats.Select(repeat => repeat.Training).Distinct().Skip(1).Any() ? RepeatUnit.Network : RepeatUnit.Repeat;
        IReadOnlyList<double> independent = unit.Values(repeats.Zip(sums, (repeat, sum) => (repeat.Training, sum)));
        MeanInference mean = MeanInference.FromValues(independent, magnitude);
        if (mean.PValue is not null)
            return new RepeatedNumber(mean, slack);
        if (unit == RepeatUnit.Network)
            return new UnknownNumber(independent.Average(), independent.Count, new($"at least {MeanInference.FewestValues} {unit.Noun()}s"));
        double?[] errors = [.. drawn.Select(ErrorOfMean)];
        double value = sums.Average();
        if (Array.TrueForAll(errors, error => error > 0))
        {
            // Values of one repeat are not independent; the error of their sum is at most the sum of their errors.
            return new StatedNumber(value, errors.Sum()!.Value, slack, count);
        }

        return new UnknownNumber(value, count, count < MeanInference.FewestValues
            ? new($"at least {MeanInference.FewestValues} repeats", MeanInference.FewestValues)
            : new("values that vary between repeats, or that come with an error"));
    }

    private static bool IsComputed(Part[] part) =>
        Array.TrueForAll(part, one => one.IsComputed) && !SampleMoments.Compute([.. part.Select(one => one.Value)]).Varies;

    // Repeats that differ are independent; those that do not share what they are uncertain of.
    private static double? ErrorOfMean(Part[] part)
    {
        if (Array.Exists(part, one => one.Error is null))
            return null;
        return SampleMoments.Compute([.. part.Select(one => one.Value)]).Varies
            ? Math.Sqrt(part.Sum(one => one.Error!.Value * one.Error.Value)) / part.Length
            : part.Max(one => one.Error!.Value);
    }
}

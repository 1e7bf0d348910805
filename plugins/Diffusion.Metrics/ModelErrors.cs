namespace Diffusion.Metrics;

/// <summary>What the metrics of a model's errors share.</summary>
internal static class ModelErrors
{
    /// <summary>Why the exact estimates are not known at some noise levels σ/α, as a clause; null where they are.</summary>
    public static string? ObjectionToDenoising(this MetricSetting setting, IReadOnlyList<double> noiseScales) => setting.DenoisingObjection is { } known
        ? known(noiseScales)
        : "is a property of a model, and these samples come without theirs";

    /// <summary>Noisy data with the estimates of the model under test.</summary>
    /// <exception cref="ArgumentException">The samples come without their model, or the exact estimates are not known.</exception>
    public static IDenoisingError RequireDenoising(this MetricInput input, string metric) => input.Denoising
        ?? throw new ArgumentException($"{metric} is a property of a model beside the exact one of its data, and these samples come without them.");

    /// <summary>Adds the mean of a level's errors, and those of its regions of density.</summary>
    public static void AddErrors(this List<MetricValue> values, string name, double[] errors, DenoisedRows rows, int regions)
    {
        IEnumerable<double[]> parts = regions > 1 ? NoiseScales.ByDensity(errors, rows, regions).Prepend(errors) : [errors];
        values.AddRange(parts.Zip(Names(name, regions), (part, own) => part.ToMetric(own)));
    }

    /// <summary>What the values of a level are called: its own, and those of its regions of density.</summary>
    public static IEnumerable<string> Names(string name, int regions) =>
        [name, .. regions > 1 ? Enumerable.Range(1, regions).Select(region => FormattableString.Invariant($"{name}-region-{region}")) : []];
}

using static TorchSharp.torch;

namespace Diffusion.Metrics;

/// <summary>What the metrics of a model's probability flow share.</summary>
internal static class FlowRows
{
    /// <summary>The flow of the model under test.</summary>
    /// <exception cref="ArgumentException">The samples come without their model.</exception>
    public static IProbabilityFlow RequireFlow(this MetricInput input, string metric) =>
        input.Flow ?? throw new ArgumentException($"{metric} needs the model's probability flow, and the model of these samples is not known.");

    /// <summary>The first rows of the reference; all where <paramref name="largest"/> is 0.</summary>
    public static Tensor ReferenceRows(this MetricInput input, int largest) =>
        largest == 0 || largest >= input.Reference.shape[0] ? input.Reference : input.Reference.narrow(0, 0, largest);

    /// <summary>Mean and standard error over the rows, for the record.</summary>
    public static MetricValue ToMetric(this double[] values, string name)
    {
        double mean = values.Average();
        double? error = values.Length < 2 ? null : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
        return new MetricValue(name, mean, error, values.Length);
    }
}

using System.ComponentModel;

namespace Diffusion.Tests.Running;

/// <summary>Options of <see cref="ScriptedMetric"/>.</summary>
public sealed record ScriptedMetricOptions : ComponentOptions
{
    [Description("What it does.")]
    public MetricManner Manner { get; init; }

    [Description("The name of its value.")]
    public string Name { get; init; } = "scripted";

    [Description("Its value.")]
    public double Value { get; init; } = 1;
}

/// <summary>A metric that does what its options say.</summary>
[Component(ComponentKind.Metric, "scripted", "Does what its options say")]
public sealed class ScriptedMetric : IMetric
{
    private readonly ScriptedMetricOptions _options;

    public ScriptedMetric(ScriptedMetricOptions options)
    {
        _options = options;
        if (options.Manner == MetricManner.RefuseWhenMade)
            throw new ArgumentException("it takes no such value", nameof(options));
    }

    /// <inheritdoc/>
    public string? Objection(MetricSetting setting) => _options.Manner == MetricManner.Refuse ? $"needs more than {setting.Samples} samples" : null;

    /// <inheritdoc/>
    public IReadOnlyList<MetricValue> Measure(MetricInput input)
    {
        MetricValue value = new(_options.Name, _options.Value, null, input.Samples.shape[0]);
        switch (_options.Manner)
        {
            case MetricManner.Throw:
                throw new InvalidOperationException("out of sorts\nand says so on two lines");
            case MetricManner.ChangeAndThrow:
                input.Samples.zero_();
                input.Reference.Dispose();
                throw new InvalidOperationException("out of sorts, and its input too");
            case MetricManner.ChangeSamples:
                input.Samples.zero_();
                return [value];
            case MetricManner.ChangeReference:
                input.Reference.add_(1);
                return [value];
            case MetricManner.ChangeTrainingRows:
                input.TrainingRows!.add_(1);
                return [value];
            case MetricManner.DisposeSamples:
                input.Samples.Dispose();
                return [value];
            case MetricManner.ReturnNull:
                return null!;
            case MetricManner.ReturnTwice:
                return [value, value];
            case MetricManner.ReturnNoName:
                return [value with { Name = " " }];
            case MetricManner.ReturnNegativeError:
                return [value with { StandardError = -1 }];
            case MetricManner.Larger:
                return [value with { Goal = MetricGoal.Larger }];
            case MetricManner.Nearer:
                return [value with { Goal = MetricGoal.Near(0.95) }];
            default:
                return [value];
        }
    }
}

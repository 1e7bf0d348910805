using Diffusion.Core.Contracts;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

using static TorchSharp.torch;

namespace Diffusion.Experiments.Working;

/// <summary>Measures the samples of a cell by one metric after the other: what becomes of one is nothing to the others.</summary>
/// <param name="setting">What was known before there were samples.</param>
/// <param name="input">What is measured. Its tensors stay as they are, whatever a metric does to those that it gets.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class Measurement(MetricSetting setting, MetricInput input, CancellationToken cancellationToken)
{
    private readonly List<MetricValue> _values = [];
    private readonly List<UnmeasuredMetric> _unmeasured = [];
    private readonly List<Exception> _exceptions = [];
    private MetricInput? _lent;

    /// <summary>What was measured, all of it finite.</summary>
    public IReadOnlyList<MetricValue> Values => _values;

    /// <summary>The metrics without values.</summary>
    public IReadOnlyList<UnmeasuredMetric> Unmeasured => _unmeasured;

    /// <summary>What metrics threw, for the log.</summary>
    public IReadOnlyList<Exception> Exceptions => _exceptions;

    /// <summary>Whether a metric measures samples alone; one that cannot be built measures nothing.</summary>
    public static bool MeasuresSamples(ComponentChoice choice, Func<IMetric> build)
    {
        try
        {
            using ComponentActivity activity = ComponentActivity.Begin(choice.Descriptor, "saying what it measures", isBrief: true);
            return build().MeasuresSamples;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Why it cannot be built is told where its samples are measured.
            return false;
        }
    }

    /// <summary>Measures by one metric.</summary>
    /// <param name="choice">The metric and its options.</param>
    /// <param name="build">Builds it.</param>
    /// <param name="ofModel">Whether the samples come with their model; a metric that measures the model alone is otherwise left out.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Add(ComponentChoice choice, Func<IMetric> build, bool ofModel = true)
    {
        cancellationToken.ThrowIfCancellationRequested();
        MetricSource source = choice.ToMetricSource();
        try
        {
            (IMetric? metric, string? objection) = Ask(choice, build);
            if (!ofModel && metric is { MeasuresSamples: false })
                return;
            if (objection is not null)
            {
                _unmeasured.Add(new(source, objection, IsFailure: false));
                return;
            }

            IReadOnlyList<MetricValue>? values;
            using (ComponentActivity.Begin(choice.Descriptor, "measuring", isBrief: false))
                values = metric!.Measure(Lend());
            Take(metric, source, values);
            CheckLent(metric);
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            _exceptions.Add(e);
            // Whatever it has done to its input, the next metric gets the original.
            _lent = null;
            string reason = ExceptionText.FirstLine(e);
            // A breach names its component, and where it lies, by itself.
            Fail(source, e is ContractException or ComponentException ? reason : $"{choice.Descriptor.Title}: {reason}");
        }
    }

    /// <summary>Builds a metric and asks whether it can be computed.</summary>
    /// <returns>The metric, null where it refuses to be built, and its objection, as a sentence.</returns>
    private (IMetric? Metric, string? Objection) Ask(ComponentChoice choice, Func<IMetric> build)
    {
        try
        {
            IMetric metric = build();
            return (metric, metric.Objection(setting) is { } objection ? $"{choice.Descriptor.Title} {objection}" : null);
        }
        catch (ArgumentException e)
        {
            // Components refuse so what does not fit them; it was known before the cell ran.
            return (null, ExceptionText.OfRefusal(e));
        }
    }

    // Values that came with an error are not believed either.
    private void Fail(MetricSource source, string reason)
    {
        _values.RemoveAll(value => value.Source == source);
        _unmeasured.Add(new(source, reason, IsFailure: true));
    }

    private void Take(IMetric metric, MetricSource source, IReadOnlyList<MetricValue>? values)
    {
        if (values is null)
            throw new ContractException(metric, "returned null where a list of values is expected");
        if (values.Any(value => value is null))
            throw new ContractException(metric, "returned a list of values that holds null");
        if (values.FirstOrDefault(value => string.IsNullOrWhiteSpace(value.Name)) is not null)
            throw new ContractException(metric, "returned a value without a name");
        if (values.CountBy(value => value.Name).FirstOrDefault(name => name.Value > 1).Key is { } twice)
            throw new ContractException(metric, $"returned two values named '{twice}' where every name is expected once");
        if (values.FirstOrDefault(value => value.StandardError < 0) is { } negative)
            throw new ContractException(
                metric, FormattableString.Invariant($"returned the standard error {negative.StandardError} of '{negative.Name}' where none is negative"));

        foreach (MetricValue value in values)
        {
            if (double.IsFinite(value.Value))
                _values.Add(value with { Source = source, StandardError = value.StandardError is { } error && double.IsFinite(error) ? error : null });
            else
                _unmeasured.Add(new(source, $"metric '{value.Name}' is {(double.IsNaN(value.Value) ? "not a number" : "infinite")}", IsFailure: true));
        }
    }

    private MetricInput Lend()
    {
        if (_lent is null)
        {
            Tensor reference = Copy(input.Reference);
            Tensor Lent(Tensor rows) => ReferenceEquals(rows, input.Reference) ? reference : Copy(rows);
            _lent = input with
            {
                Samples = Copy(input.Samples),
                Reference = reference,
                ScaleRows = Lent(input.ScaleRows),
                TrainingRows = input.TrainingRows is { } rows ? Lent(rows) : null,
            };
        }

        return _lent;

        static Tensor Copy(Tensor rows) => rows.contiguous().clone();
    }

    // A metric that changes its input would change what the next one measures.
    private void CheckLent(IMetric metric)
    {
        List<(string, Tensor, Tensor)> lent =
            [
                ("samples", _lent!.Samples, input.Samples),
                ("reference", _lent.Reference, input.Reference),
                ("rows for its scale", _lent.ScaleRows, input.ScaleRows),
            ];
        if (input.TrainingRows is { } training)
            lent.Add(("training rows", _lent.TrainingRows!, training));
        foreach ((string name, Tensor own, Tensor original) in lent)
        {
            if (own.IsInvalid)
                throw new ContractException(metric, $"disposed the {name} that it was given");
            if (!own.shape.AsSpan().SequenceEqual(original.shape) || !own.bytes.SequenceEqual(original.contiguous().bytes))
                throw new ContractException(metric, $"changed the {name} that it was given");
        }
    }
}

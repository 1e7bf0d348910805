namespace Diffusion.Tests.Running;

/// <summary>What a <see cref="ScriptedMetric"/> does.</summary>
public enum MetricManner
{
    Measure,
    Throw,
    ChangeAndThrow,
    ChangeSamples,
    ChangeReference,
    ChangeTrainingRows,
    DisposeSamples,
    ReturnNull,
    ReturnTwice,
    ReturnNoName,
    ReturnNegativeError,
    Refuse,
    RefuseWhenMade,
    Larger,
    Nearer,
}

using System.Text.Json;

namespace Diffusion.Experiments.Components;

/// <summary>What a kind demands and how people and manifests call it.</summary>
public static class ComponentKindExtensions
{
    /// <summary>The interface or base class that a component of this kind implements.</summary>
    public static Type Contract(this ComponentKind kind) => kind switch
    {
        ComponentKind.Schedule => typeof(NoiseSchedule),
        ComponentKind.Grid => typeof(ITimeGrid),
        ComponentKind.ScoreModel => typeof(IScoreModel),
        ComponentKind.Loss => typeof(ILoss),
        ComponentKind.Weighting => typeof(ILossWeighting),
        ComponentKind.TimeSampler => typeof(ITimeSampler),
        ComponentKind.Solver => typeof(ISolver),
        ComponentKind.Data => typeof(IDataSource),
        ComponentKind.Metric => typeof(IMetric),
        ComponentKind.Tracker => typeof(ITracker),
        ComponentKind.Launcher => typeof(ILauncher),
        ComponentKind.Study => typeof(IStudy),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of component."),
    };

    /// <summary>The kind in kebab-case, as <c>describe score-model/mlp</c> takes it.</summary>
    public static string Id(this ComponentKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    /// <summary>The kind in the middle of a sentence.</summary>
    public static string Prose(this ComponentKind kind) => kind.Id().Replace('-', ' ');
}

namespace Diffusion.Experiments.Planning;

/// <summary>Says which stage of an experiment first depends on a setting of the manifest. It is part of the keys of that stage and of all later ones.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class StageAttribute(ExperimentStage stage) : Attribute
{
    /// <summary>The stage.</summary>
    public ExperimentStage Stage { get; } = stage;
}

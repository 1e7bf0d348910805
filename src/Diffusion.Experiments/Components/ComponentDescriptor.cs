using System.Reflection;

namespace Diffusion.Experiments.Components;

/// <summary>A component as the catalogue knows it.</summary>
public sealed record ComponentDescriptor
{
    /// <summary>What it is.</summary>
    public required ComponentKind Kind { get; init; }

    /// <summary>How manifests call it.</summary>
    public required string Name { get; init; }

    /// <summary>Other names that manifests may use for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>One line for people.</summary>
    public required string Summary { get; init; }

    /// <summary>The paper and equation it comes from; "" when there is none.</summary>
    public required string Reference { get; init; }

    /// <summary>Whether it is used where no setting names one of its kind.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Options under which it is certified beside its defaults, each a list of <c>option=value</c>.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Variants { get; init; } = [];

    /// <summary>The class.</summary>
    public required Type ImplementationType { get; init; }

    /// <summary>Its options; null when it has none.</summary>
    public OptionsShape? Options { get; init; }

    /// <summary>Simple name of its assembly.</summary>
    public required string AssemblyName { get; init; }

    /// <summary>Informational version of its assembly without build metadata. Part of every key it has a share in.</summary>
    public required string Version { get; init; }

    /// <summary>Where its assembly was loaded from.</summary>
    public required string AssemblyPath { get; init; }

    /// <summary>Whether it is a score model with parameters to learn.</summary>
    public bool IsTrainable => typeof(ITrainableScoreModel).IsAssignableFrom(ImplementationType);

    /// <summary>Whether it is a score model that is made from rows, by training on them or by asking for them.</summary>
    public bool IsMadeFromRows => IsTrainable || Constructor.Any(parameter => parameter.ParameterType == typeof(DataSet));

    /// <summary>Whether it is a data source that can draw as many rows as are wanted.</summary>
    public bool IsGenerator => typeof(IDataGenerator).IsAssignableFrom(ImplementationType);

    /// <summary>The parts of a manifest that it needs as a study.</summary>
    public StudyParts NeededParts => FindParts()?.Needed ?? StudyParts.None;

    /// <summary>The parts of a manifest that it takes as a study, needed or not.</summary>
    public StudyParts TakenParts => FindParts() is { } parts ? parts.Needed | parts.Optional : StudyParts.None;

    /// <summary>"solver 'ddim'", as messages call it.</summary>
    public string Title => $"{Kind.Prose()} '{Name}'";

    /// <summary>"solver 'ddim' (Diffusion.Solvers 0.1.0, …/Diffusion.Solvers.dll)", as messages about its faults call it.</summary>
    public string Identity => $"{Title} ({AssemblyName} {Version}, {AssemblyPath})";

    /// <summary>The parameters of its one constructor.</summary>
    public IReadOnlyList<ParameterInfo> Constructor => ImplementationType.GetConstructors()[0].GetParameters();

    /// <summary>What of a cell it may ask for beside its options and services.</summary>
    public IReadOnlyList<Type> Offered => Kind switch
    {
        ComponentKind.ScoreModel or ComponentKind.Loss => [typeof(DataDescription), typeof(DataSet)],
        ComponentKind.Metric or ComponentKind.Solver or ComponentKind.Grid => [typeof(DataDescription)],
        _ => [],
    };

    private StudyPartsAttribute? FindParts() => ImplementationType.GetCustomAttribute<StudyPartsAttribute>();

    /// <summary>What to say where nothing can be given for a parameter.</summary>
    internal string Lacks(ParameterInfo parameter) =>
        $"{Identity} cannot be built: nothing is registered for its constructor's parameter '{parameter.Name}' of type {parameter.ParameterType}";
}

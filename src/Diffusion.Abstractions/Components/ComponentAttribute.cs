namespace Diffusion;

/// <summary>
/// Makes a class a component that manifests can name. The name stands here and nowhere else in production code.
/// </summary>
/// <remarks>
/// The class implements its kind's contract and is built through dependency injection: its constructor may take one
/// <see cref="ComponentOptions"/> record (bound from the manifest and validated), the <see cref="DataDescription"/> (score models, metrics, losses;
/// solvers and grids as a parameter that may be null, since plans count steps without the data),
/// the <see cref="DataSet"/> itself (score models and losses that are made of the training rows, which they may keep but neither change nor dispose),
/// and any service of the host such as <c>ILogger&lt;T&gt;</c>.
/// </remarks>
/// <param name="kind">What it is.</param>
/// <param name="name">How manifests call it: kebab-case, unique within its kind.</param>
/// <param name="summary">One line for people.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ComponentAttribute(ComponentKind kind, string name, string summary) : Attribute
{
    /// <summary>What it is.</summary>
    public ComponentKind Kind { get; } = kind;

    /// <summary>How manifests call it.</summary>
    public string Name { get; } = name;

    /// <summary>One line for people.</summary>
    public string Summary { get; } = summary;

    /// <summary>The paper and equation it comes from.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Other names under which papers and libraries know it; manifests may use them.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>Whether it is the tracker that is used where no setting names one. At most one tracker of a program is.</summary>
    public bool IsDefault { get; init; }
}

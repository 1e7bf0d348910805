namespace Diffusion;

/// <summary>
/// Says which parts of a manifest a study needs. A manifest that lacks one of them, or states another part, is refused before anything runs. A study without
/// this attribute needs none.
/// </summary>
/// <param name="needed">The parts that a manifest must state.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StudyPartsAttribute(StudyParts needed) : Attribute
{
    /// <summary>The parts that a manifest must state.</summary>
    public StudyParts Needed { get; } = needed;

    /// <summary>The parts that it may state beside them.</summary>
    public StudyParts Optional { get; init; }
}

namespace Diffusion;

/// <summary>What a study measured.</summary>
/// <param name="Values">
/// Named numbers, those that <see cref="IStudy.Declare"/> names, each finite and with its error where it has one.
/// </param>
public sealed record StudyResult(IReadOnlyList<MetricValue> Values)
{
    /// <summary>Functions of one variable. Names differ from one another and from those of <see cref="Fields"/>.</summary>
    public IReadOnlyList<StudyCurve> Curves { get; init; } = [];

    /// <summary>Functions of two variables.</summary>
    public IReadOnlyList<StudyField> Fields { get; init; } = [];
}

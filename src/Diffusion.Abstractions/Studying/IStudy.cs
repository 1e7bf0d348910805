namespace Diffusion;

/// <summary>Measures a statement of the theory: an equation, a bound, a law. In a manifest it takes the place of solver, grid and metrics.</summary>
/// <remarks>
/// The same context gives the same result, to the bit: all randomness comes from <see cref="StudyContext.Randomness"/>. A study changes and disposes nothing
/// that it was given. Says of each value by <see cref="MetricValue.ErrorKind"/> whether it was computed or drawn. What it throws fails its cell alone.
/// </remarks>
public interface IStudy
{
    /// <summary>
    /// Why the study cannot run here (a step that is unstable, data without a closed form), and what would work, as a clause to follow its name; null when it
    /// can. Asked before anything runs.
    /// </summary>
    string? Objection(StudySetting setting) => null;

    /// <summary>
    /// The values that <see cref="Run"/> will return here, so that claims about them can be checked before anything runs.
    /// </summary>
    IReadOnlyList<DeclaredValue> Declare(StudySetting setting);

    /// <summary>Measures.</summary>
    /// <exception cref="OperationCanceledException">The context's token was cancelled.</exception>
    StudyResult Run(StudyContext context);
}

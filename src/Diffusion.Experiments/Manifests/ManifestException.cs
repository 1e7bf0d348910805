namespace Diffusion.Experiments.Manifests;

/// <summary>A manifest with everything that is wrong in it, one line a problem.</summary>
/// <param name="problems">At least one problem.</param>
public sealed class ManifestException(IReadOnlyList<ManifestProblem> problems) : InputException(Describe(problems))
{
    private const int Shown = 50;

    /// <summary>All problems, by source, line and column.</summary>
    public IReadOnlyList<ManifestProblem> Problems { get; } = problems;

    private static string Describe(IReadOnlyList<ManifestProblem> problems)
    {
        string lines = string.Join('\n', problems.Take(Shown));
        return problems.Count > Shown ? $"{lines}\n… and {problems.Count - Shown} more problems" : lines;
    }
}

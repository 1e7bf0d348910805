namespace Diffusion.Experiments.Manifests;

/// <summary>Collects what is wrong, each problem once.</summary>
internal sealed class ManifestProblems
{
    // Nobody reads more, and a file of rubbish has one at every value.
    private const int Most = 1000;

    private readonly HashSet<ManifestProblem> _problems = [];
    private readonly List<string> _sources = [];

    public void Add(ManifestOrigin origin, string message) =>
        Add(new(origin.Source.Name, origin.Line, origin.Column, origin.Path, message));

    /// <exception cref="ManifestException">There are so many problems that looking for more helps nobody.</exception>
    public void Add(ManifestProblem problem)
    {
        problem = problem.Shortened();
        if (_problems.Add(problem) && !_sources.Contains(problem.Source))
            _sources.Add(problem.Source);
        if (_problems.Count == Most)
            throw ToException();
    }

    /// <exception cref="ManifestException">There is a problem.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
            throw ToException();
    }

    public ManifestException ToException() =>
        new([.. _problems.OrderBy(p => _sources.IndexOf(p.Source)).ThenBy(p => p.Line).ThenBy(p => p.Column)]);
}

namespace Diffusion.Experiments.Manifests;

/// <summary>Collects what is wrong, each problem once.</summary>
internal sealed class ManifestProblems
{
    private readonly HashSet<ManifestProblem> _problems = [];
    private readonly List<string> _sources = [];

    public void Add(ManifestOrigin origin, string message) =>
        Add(new(origin.Source.Name, origin.Line, origin.Column, origin.Path, message));

    public void Add(ManifestProblem problem)
    {
        if (_problems.Add(problem) && !_sources.Contains(problem.Source))
            _sources.Add(problem.Source);
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

using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Running;

/// <summary>Refuses claims that no run of their plan could decide: about values that are not there, or whose errors nobody will know.</summary>
internal sealed class ClaimChecks
{
    private const string MetricKey = ManifestKeys.Metric;

    private readonly Applicability _applicability;
    private readonly Func<ExperimentCell, string?> _objection;
    private readonly ManifestProblems _problems = new();
    private readonly Dictionary<string, ExperimentCell> _cells;
    private readonly Dictionary<ClaimedConfiguration, IReadOnlyList<DeclaredMetric>> _declared = [];
    private readonly MetricLabels _labels;

    private ClaimChecks(ExperimentPlan plan, Applicability applicability, Func<ExperimentCell, string?> objection)
    {
        _applicability = applicability;
        _objection = objection;
        _cells = plan.Cells.ToDictionary(cell => cell.Id.ToString());
        // One cell for each way to measure, and those of the claims: what a metric returns may go by the sampler.
        IEnumerable<ExperimentCell> measured = plan.Cells.DistinctBy(cell => cell.Experiment, ReferenceEqualityComparer.Instance)
            .DistinctBy(cell => string.Join('\n', [
                cell.DataKey, $"{cell.Experiment.Study?.Name}", .. cell.Experiment.Metrics.Select(choice => choice.CanonicalJson)]));
        IEnumerable<ExperimentCell> claimed = plan.Claims.Claims.SelectMany(claim => claim.Configurations).Distinct()
            .Select(configuration => _cells[configuration.Cells[0].Id]);
        _labels = new(measured.Concat(claimed).SelectMany(applicability.Declared)
            .SelectMany(metric => (metric.Values ?? []).Select(value => Placeholder(metric, value))).Distinct());
    }

    /// <summary>Checks the claims of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="applicability">Knows what its metrics will return.</param>
    /// <param name="objection">Why a cell is n/a; null where it is not.</param>
    /// <exception cref="ManifestException">A claim cannot be decided; it holds every problem.</exception>
    public static void Check(ExperimentPlan plan, Applicability applicability, Func<ExperimentCell, string?> objection)
    {
        if (plan.Claims.Claims.Count == 0)
            return;
        ClaimChecks checks = new(plan, applicability, objection);
        foreach (ResolvedClaim claim in plan.Claims.Claims)
            checks.Check(claim);
        checks._problems.ThrowIfAny();
        if (plan.Claims.Looks is not null && plan.Claims.Claims.All(claim => claim.Comparisons.All(comparison => !checks.MayVary(comparison))))
        {
            string others = plan.Claims.Claims.Count > 1 ? ", nor any other" : "";
            checks.Add(plan.Claims.Claims[0], MetricKey, $"repeats cannot decide this claim{others}: what it is "
                + "about is computed, the same in every repeat; state \"repeats\": 1 in place of 'until', or claim something of a value that is drawn");
        }

        checks._problems.ThrowIfAny();
    }

    // A value whose name and source are known, and nothing else.
    private static MetricValue Placeholder(DeclaredMetric metric, DeclaredValue value) =>
        new(value.Name, 0, null, 0) { Source = metric.Source };

    private void Check(ResolvedClaim claim)
    {
        foreach (ClaimedConfiguration configuration in claim.Configurations)
        {
            if (_objection(_cells[configuration.Cells[0].Id]) is not { } objection)
                continue;
            Add(claim, ManifestKeys.Where, $"a cell that the claim is about is n/a: {objection} ({Place(configuration)}); 'where' can leave it out");
            return;
        }

        foreach (ClaimedComparison comparison in claim.Comparisons)
        {
            bool isSound = comparison switch
            {
                ClaimedContrast contrast => CheckTerms(claim, contrast.Terms),
                ClaimedRanking ranking => CheckTerms(
                    claim, [.. ranking.Ranked.Select(one => new ContrastTerm(1, one.Configuration, ranking.Metric))]),
                ClaimedIdentity identity => CheckNoise(claim, identity),
                _ => true,
            };
            // What is wrong of one pair of cells is mostly wrong of all.
            if (!isSound)
                return;
        }
    }

    // Whether more repeats may tell more of a comparison, for all that is known beforehand.
    private bool MayVary(ClaimedComparison comparison) => comparison switch
    {
        ClaimedIdentity => false,
        ClaimedContrast contrast => contrast.Terms.Any(term => MayVary(term.Configuration, term.Metric)),
        ClaimedRanking ranking => ranking.Ranked.Any(one => MayVary(one.Configuration, ranking.Metric)),
        _ => true,
    };

    private bool MayVary(ClaimedConfiguration configuration, string metric) => Meant(_declared[configuration], metric) is not [(_, var only)]
        || only.ErrorKind != MetricErrorKind.Quadrature;

    private (DeclaredMetric Metric, DeclaredValue Value)[] Meant(IReadOnlyList<DeclaredMetric> metrics, string name)
    {
        (DeclaredMetric Metric, DeclaredValue Value)[] declared = [.. metrics.SelectMany(metric => (metric.Values ?? []).Select(value => (metric, value)))];
        (DeclaredMetric Metric, DeclaredValue Value)[] meant = [.. declared.Where(one => _labels[Placeholder(one.Metric, one.Value)] == name)];
        return meant.Length > 0 ? meant : [.. declared.Where(one => one.Value.Name == name)];
    }

    private bool CheckNoise(ResolvedClaim claim, ClaimedIdentity identity)
    {
        if (_cells[identity.Left.Cells[0].Id].Experiment.Noise == NoiseCoupling.Common)
            return true;
        Add(claim, ManifestKeys.Claim, "each configuration draws noise of its own (\"noise\": \"independent\"), so that no samples are the same");
        return false;
    }

    private bool CheckTerms(ResolvedClaim claim, IReadOnlyList<ContrastTerm> terms)
    {
        int repeats = terms.Min(term => term.Configuration.Cells.Count);
        foreach (ContrastTerm term in terms)
        {
            if (!_declared.TryGetValue(term.Configuration, out IReadOnlyList<DeclaredMetric>? metrics))
                _declared[term.Configuration] = metrics = _applicability.Declared(_cells[term.Configuration.Cells[0].Id]);
            if (!CheckTerm(claim, term, metrics, repeats))
                return false;
        }

        return true;
    }

    private bool CheckTerm(ResolvedClaim claim, ContrastTerm term, IReadOnlyList<DeclaredMetric> metrics, int repeats)
    {
        (DeclaredMetric Metric, DeclaredValue Value)[] meant = Meant(metrics, term.Metric);
        string place = Place(term.Configuration);
        if (meant.Length > 1)
        {
            Add(claim, MetricKey, $"'{term.Metric}' means {string.Join(" and ", meant.Select(one => $"'{_labels[Placeholder(one.Metric, one.Value)]}'"))}");
            return false;
        }

        if (meant.Length == 0)
        {
            // A metric that does not say beforehand what it returns may return it.
            if (metrics.Any(metric => metric is { Objection: null, Values: null }))
                return true;
            string? objection = metrics.FirstOrDefault(metric => metric.Objection is not null)?.Objection;
            string[] known = [.. metrics.SelectMany(metric => (metric.Values ?? []).Select(value => _labels[Placeholder(metric, value)]))];
            Add(claim, MetricKey, _labels.Series.Any(series => series.Name == term.Metric || _labels[series] == term.Metric)
                ? $"a cell that the claim is about ({place}) has no value '{term.Metric}'{(objection is null ? "" : $": {objection}")}; "
                    + "'where' can leave it out"
                : $"unknown value '{term.Metric}'{NameSuggestions.Hint(term.Metric, known)}{(objection is null ? "" : $"; {objection}")}");
            return false;
        }

        (DeclaredMetric Metric, DeclaredValue Value) only = meant[0];
        if (term.IsExactSampler && !only.Metric.MeasuresSamples)
        {
            Add(claim, MetricKey, $"'{term.Metric}' measures the model or the sampler, and there is none behind the samples of an exact sampler");
            return false;
        }

        if (only.Value.ErrorKind is not null || repeats >= MeanInference.FewestValues)
            return true;
        Add(claim, MetricKey, $"cannot be decided: '{term.Metric}' comes without an error of its own, so that its error shows in the spread of at least "
            + $"{MeanInference.FewestValues} repeats, and there {(repeats == 1 ? "is 1" : $"are {repeats}")} (sweep.repeats)");
        return false;
    }

    private static string Place(ClaimedConfiguration configuration) =>
        string.Join(", ", configuration.Axes.Where(axis => axis.Value.Length > 0).Select(axis => $"{axis.Key} {axis.Value}"));

    private void Add(ResolvedClaim claim, string key, string message) => _problems.Add(claim.Stated.OriginOf(key), message);
}

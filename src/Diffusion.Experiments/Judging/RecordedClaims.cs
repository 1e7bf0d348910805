using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Comparing;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Judging;

/// <summary>Judges claims by the records of a run that is there.</summary>
public static class RecordedClaims
{
    /// <summary>Judges claims. Nothing is computed.</summary>
    /// <exception cref="ManifestException">A claim speaks of a value that no record has.</exception>
    public static ClaimVerdicts Judge(ClaimSet claims, RunFolder folder)
    {
        RecordedValues values = new([.. RunComparison.Records(folder).Values], folder);
        ManifestProblems problems = new();
        // Before anything is measured nobody can tell what will be.
        foreach (ResolvedClaim claim in values.Names.Count == 0 ? [] : claims.Claims)
        {
            foreach (string metric in claim.Stated.Claim.Metrics.Where(metric => !values.Knows(metric)))
                problems.Add(claim.Stated.OriginOf(ManifestKeys.Metric), $"unknown value '{metric}'{NameSuggestions.Hint(metric, values.Names)}");
        }

        problems.ThrowIfAny();
        return ClaimJudge.Judge(claims, values);
    }
}

using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Judging;

/// <summary>Judged claims, and what more repeats they ask for.</summary>
/// <param name="Verdicts">The claims, judged.</param>
/// <param name="Look">After how many repeats the last look was; null where claims are judged once.</param>
/// <param name="Asking">Claims that are open and that more repeats may decide; none where nothing is left to do.</param>
/// <param name="Next">After how many repeats they will be judged next; null where none asks.</param>
internal sealed record Judgement(ClaimVerdicts Verdicts, int? Look, IReadOnlyList<ResolvedClaim> Asking, int? Next)
{
    /// <summary>How many repeats each claim was judged by or asks for, in the order of the claims.</summary>
    public required IReadOnlyList<(ResolvedClaim Claim, int Repeats)> Needs { get; init; }

    /// <summary>
    /// The cells of a plan that are needed: the repeats of the first look, and of what a claim is about those that it was judged by or asks for.
    /// </summary>
    public IReadOnlySet<CellId> NeededOf(IReadOnlyList<ExperimentCell> cells)
    {
        if (Verdicts.Looks is not { } looks)
            return cells.Select(cell => cell.Id).ToHashSet();
        HashSet<string> claimed = [.. Needs.SelectMany(need => need.Claim.Configurations.SelectMany(configuration => configuration.Cells)
            .Where(cell => cell.Repeat.Sampling < need.Repeats).Select(cell => cell.Id))];
        return cells.Where(cell => cell.Number.Sampling < looks.Repeats[0] || claimed.Contains(cell.Id)).Select(cell => cell.Id).ToHashSet();
    }
}

using Diffusion.Experiments.Manifests;

namespace Diffusion.Experiments.Claims;

/// <summary>Finds claims that cannot all be true.</summary>
/// <remarks>
/// What claims say of means are bounds on a mean and on differences of two: a system of difference constraints, which has a solution unless some constraints
/// add up, around a circle, to a number below 0 (Cormen et al., Introduction to Algorithms, section 22.4 of the fourth edition). The claims of such a circle
/// contradict one another. Intervals of orders are compared where they are fitted to the same points. Rankings are not looked at.
/// </remarks>
internal static class ClaimContradictions
{
    // Bounds are stated to a few digits, and their sums are rounded.
    private const double Rounding = 1e-12;

    private readonly record struct Quantity(ClaimedConfiguration? Configuration, string Metric, bool IsExactSampler);

    // What is added up around a circle: a bound, and how often "less" is meant rather than "at most".
    private readonly record struct Weight(double Bound, int Strict)
    {
        public static Weight operator +(Weight a, Weight b) => new(a.Bound + b.Bound, a.Strict + b.Strict);

        public bool IsBelow(Weight other, double scale) => Bound < other.Bound - (Rounding * scale)
            || (Bound <= other.Bound + (Rounding * scale) && Strict > other.Strict);
    }

    // to − from ≤ weight, as a claim says.
    private sealed record Constraint(int From, int To, Weight Weight, StatedClaim Claim);

    /// <summary>Adds a problem for the first contradiction.</summary>
    public static void Find(IReadOnlyList<ResolvedClaim> claims, ManifestProblems problems)
    {
        if ((Circle(claims) ?? Orders(claims)) is not { } contradicting)
            return;
        StatedClaim[] ordered = [.. claims.Select(claim => claim.Stated).Where(contradicting.Contains)];
        problems.Add(ordered[^1].Node.Origin, ordered.Length == 1
            ? "contradicts itself: no values meet it"
            : $"contradicts {string.Join(" and ", ordered[..^1].Select(claim => $"'{claim.Text}' ({claim.Place})"))}: no values meet "
                + $"{(ordered.Length == 2 ? "both" : "all of them")}");
    }

    private static IReadOnlyList<StatedClaim>? Circle(IReadOnlyList<ResolvedClaim> claims)
    {
        Dictionary<Quantity, int> numbers = new() { [default] = 0 };
        List<Constraint> constraints = [];
        foreach (ResolvedClaim claim in claims)
        {
            foreach (ClaimedContrast contrast in claim.Comparisons.OfType<ClaimedContrast>().Where(contrast => !contrast.IsLogarithmic))
                Add(contrast, claim.Stated);
        }

        string[] metrics = [.. numbers.Keys.Select(quantity => quantity.Metric).Distinct()];
        foreach (ResolvedClaim claim in claims)
        {
            foreach (ClaimedIdentity identity in claim.Comparisons.OfType<ClaimedIdentity>())
            {
                foreach (string metric in metrics)
                {
                    if (!numbers.TryGetValue(new(identity.Left, metric, false), out int left)
                        || !numbers.TryGetValue(new(identity.Right, metric, false), out int right))
                        continue;
                    constraints.Add(new(left, right, default, claim.Stated));
                    constraints.Add(new(right, left, default, claim.Stated));
                }
            }
        }

        return NegativeCircle(numbers.Count, constraints);

        void Add(ClaimedContrast contrast, StatedClaim stated)
        {
            (int to, int from) = contrast.Terms switch
            {
                [{ Coefficient: 1 } only] => (Number(only), 0),
                [{ Coefficient: 1 } plus, { Coefficient: -1 } minus] => (Number(plus), Number(minus)),
                [{ Coefficient: -1 } minus, { Coefficient: 1 } plus] => (Number(plus), Number(minus)),
                _ => (0, 0),
            };
            if (to == from)
                return;
            if (contrast.Region.High is { } high)
                constraints.Add(new(from, to, new(high, contrast.Region.IsBelowHigh ? 1 : 0), stated));
            if (contrast.Region.Low is { } low)
                constraints.Add(new(to, from, new(-low, 0), stated));
        }

        int Number(ContrastTerm term)
        {
            Quantity quantity = new(term.Configuration, term.Metric, term.IsExactSampler);
            if (!numbers.TryGetValue(quantity, out int number))
                numbers[quantity] = number = numbers.Count;
            return number;
        }
    }

    // Bellman and Ford with a queue; the graph of last improvements is looked at for a circle after every so many of them.
    private static IReadOnlyList<StatedClaim>? NegativeCircle(int count, List<Constraint> constraints)
    {
        double scale = constraints.Select(constraint => Math.Abs(constraint.Weight.Bound)).Append(0).Max();
        ILookup<int, Constraint> leaving = constraints.ToLookup(constraint => constraint.From);
        Weight[] distances = new Weight[count];
        var last = new Constraint?[count];
        Queue<int> queue = new(Enumerable.Range(0, count));
        bool[] isQueued = [.. Enumerable.Repeat(true, count)];
        int improvements = 0;
        while (queue.TryDequeue(out int from))
        {
            isQueued[from] = false;
            foreach (Constraint constraint in leaving[from])
            {
                Weight through = distances[from] + constraint.Weight;
                if (!through.IsBelow(distances[constraint.To], scale))
                    continue;
                distances[constraint.To] = through;
                last[constraint.To] = constraint;
                if (++improvements % count == 0 && CircleIn(last) is { } circle)
                    return circle;
                if (isQueued[constraint.To])
                    continue;
                isQueued[constraint.To] = true;
                queue.Enqueue(constraint.To);
            }
        }

        return null;
    }

    private static IReadOnlyList<StatedClaim>? CircleIn(Constraint?[] last)
    {
        int[] seen = new int[last.Length];
        for (int start = 0; start < last.Length; start++)
        {
            int at = start;
            while (last[at] is { } constraint && seen[at] == 0)
            {
                seen[at] = start + 1;
                at = constraint.From;
            }

            if (last[at] is null || seen[at] != start + 1)
                continue;
            HashSet<StatedClaim> circle = [];
            int first = at;
            do
            {
                circle.Add(last[at]!.Claim);
                at = last[at]!.From;
            }
            while (at != first);
            return [.. circle];
        }

        return null;
    }

    private static IReadOnlyList<StatedClaim>? Orders(IReadOnlyList<ResolvedClaim> claims)
    {
        Dictionary<string, List<(Region Region, StatedClaim Claim)>> known = [];
        foreach (ResolvedClaim claim in claims)
        {
            foreach (ClaimedContrast contrast in claim.Comparisons.OfType<ClaimedContrast>().Where(contrast => contrast.IsLogarithmic))
            {
                string points = string.Join(
                    '\n', contrast.Terms.Select(term => FormattableString.Invariant($"{term.Coefficient:r} {term.Metric} {term.Configuration.Cells[0].Id}")).Order(StringComparer.Ordinal));
                if (!known.TryGetValue(points, out List<(Region Region, StatedClaim Claim)>? others))
                    known[points] = others = [];
                if (others.Find(other => other.Region.Low > contrast.Region.High || other.Region.High < contrast.Region.Low) is { Claim: { } earlier })
                    return [earlier, claim.Stated];
                others.Add((contrast.Region, claim.Stated));
            }
        }

        return null;
    }
}

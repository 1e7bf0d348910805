using System.Globalization;
using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Comparing;

/// <summary>Finds what may stand behind differences beside what is compared.</summary>
internal static class Confounds
{
    // Budgets that differ by less are equal for a reader.
    private const double BudgetTolerance = 1.02;

    private const string FromSuffix = ".$from";

    /// <summary>All that is found, the gravest kinds first.</summary>
    /// <param name="by">The axis that is compared.</param>
    /// <param name="blocks">The blocks, with their configurations.</param>
    /// <param name="reference">The configuration that others are set against where it is there.</param>
    /// <param name="unit">What counts as one repetition.</param>
    /// <param name="time">The time at which laws on the way are compared; null where samples are.</param>
    public static IReadOnlyList<Confound> Find(string by, IReadOnlyList<ComparisonBlock> blocks, string? reference, RepeatUnit unit, string? time) =>
    [
        .. ChangesAlong(by, blocks, reference),
        .. time is null ? [] : Levels(blocks, time),
        // Where networks are the repetition, the spread between them is in the errors.
        .. unit == RepeatUnit.Network ? [] : Networks(blocks),
        .. Missing(blocks),
        .. LeftOut(blocks),
        .. SameNumbers(blocks),
        .. Budgets(blocks),
        .. Builds(blocks),
    ];

    private static ConfigurationResult Reference(ComparisonBlock block, string? reference) =>
        block.Configurations.FirstOrDefault(configuration => configuration.Name == reference) ?? block.Configurations[0];

    private static IEnumerable<Confound> ChangesAlong(string by, IReadOnlyList<ComparisonBlock> blocks, string? reference)
    {
        Dictionary<(string Reference, string Name, string Change), int> found = [];
        foreach (ComparisonBlock block in blocks)
        {
            ConfigurationResult other = Reference(block, reference);
            foreach (ConfigurationResult configuration in block.Configurations.Where(configuration => configuration != other))
            {
                (ComparedCell before, ComparedCell after) = Alike(other, configuration);
                IEnumerable<string> changes = CompositionChange.Between(Without(by, before), Without(by, after))
                    .Where(change => !IsCompared(change.Path, by)).Select(change => $"{change}");
                foreach (string change in changes)
                    found[(other.Name, configuration.Name, change)] = found.GetValueOrDefault((other.Name, configuration.Name, change)) + 1;
            }
        }

        // What changes for several in the same way is one thing.
        return found.GroupBy(change => (change.Key.Reference, change.Key.Change)).Select(change =>
        {
            string[] names = [.. change.Select(one => one.Key.Name)];
            return new Confound(
                ConfoundKind.ChangesAlong,
                [change.Key.Reference, .. names],
                $"Another setting changes together with {by}, from {change.Key.Reference} to {Names(names)}: {change.Key.Change}.",
                change.Max(one => one.Value));
        });
    }

    // Networks differ in their seeds, which is no other setting: cells of the same network are compared.
    private static (ComparedCell First, ComparedCell Second) Alike(ConfigurationResult first, ConfigurationResult second) => first.Cells
        .Select(cell => (cell, second.Cells.FirstOrDefault(other => other.Record.TrainingRepeat == cell.Record.TrainingRepeat)!))
        .FirstOrDefault(pair => pair.Item2 is not null, (first.Cells[0], second.Cells[0]));

    private static Dictionary<string, string> Without(string by, ComparedCell cell) =>
        cell.Composition.Where(member => member.Key != by).ToDictionary();

    // A budget sets the steps; budgets are compared by themselves. Another component brings its own assembly.
    private static bool IsCompared(string path, string by) =>
        path == by || path.StartsWith($"{by}.", StringComparison.Ordinal) || CostAxes.Contains(path) || path.EndsWith(FromSuffix, StringComparison.Ordinal);

    private static IEnumerable<Confound> Networks(IReadOnlyList<ComparisonBlock> blocks)
    {
        int differing = blocks.Count(block => block.Configurations.Select(configuration => configuration.Cells[0].Record.Model).Distinct().Count() > 1);
        if (differing == 0)
            yield break;
        string[] names = [.. blocks.SelectMany(block => block.Configurations)
            .Where(configuration => configuration.Cells[0].Record.Model is not null)
            .Select(configuration => configuration.Name)
            .Distinct()];
        yield return new(
            ConfoundKind.Networks,
            names,
            "The configurations sample from different networks, each trained once. A difference may come from one training; repeats do not show that.",
            differing);
    }

    private static IEnumerable<Confound> Levels(IReadOnlyList<ComparisonBlock> blocks, string time)
    {
        (string Name, double Level)[][] differing = [.. blocks
            .Select(block => (block.Configurations.Where(configuration => configuration.Estimate is not null)
                .SelectMany(configuration => MeasuredLevels.At(configuration.Cells, time)
                    .Select(state => (configuration.Name, state.Level.NoiseToSignal))).Distinct().ToArray()))
            .Where(levels => levels.Select(level => level.NoiseToSignal).Distinct().Skip(1).Any())];
        if (differing.Length == 0)
            yield break;
        yield return new(
            ConfoundKind.Levels,
            [.. differing.SelectMany(levels => levels.Select(level => level.Name)).Distinct()],
            $"The configurations have their states nearest to {time} at different levels within a block: a difference may be one between these levels.",
            differing.Length);
    }

    private static IEnumerable<Confound> Missing(IReadOnlyList<ComparisonBlock> blocks) => blocks
        .SelectMany(block => block.Configurations.Where(configuration => configuration.Estimate is null))
        .GroupBy(configuration => (configuration.Name, What: Trouble(configuration)))
        .Select(group => new Confound(
            ConfoundKind.Missing, [group.Key.Name],
            $"{group.Key.Name} has no value in {group.Count()} of {blocks.Count} blocks ({group.Key.What}) and is not compared there.", group.Count()));

    /// <summary>Why a configuration has no value, or fewer than it has repeats; "" where it has all.</summary>
    internal static string Trouble(ConfigurationResult configuration)
    {
        string[] parts =
        [
            .. configuration.Diverged > 0 ? [$"{configuration.Diverged} diverged"] : Array.Empty<string>(),
            .. configuration.Failed > 0 ? [$"{configuration.Failed} failed"] : Array.Empty<string>(),
            .. configuration.NotApplicable > 0 ? ["n/a"] : Array.Empty<string>(),
        ];
        return parts.Length > 0 ? string.Join(", ", parts) : configuration.Estimate is null ? "not measured" : "";
    }

    private static IEnumerable<Confound> LeftOut(IReadOnlyList<ComparisonBlock> blocks) => blocks
        .SelectMany(
            block => block.Configurations.Where(configuration => configuration.Estimate is not null && configuration.Diverged + configuration.Failed > 0))
        .GroupBy(configuration => configuration.Name)
        .Select(group => new Confound(
            ConfoundKind.LeftOut,
            [group.Key],
            $"{group.Key} diverged or failed in {group.Sum(configuration => configuration.Diverged + configuration.Failed)} of "
                + $"{group.Sum(configuration => configuration.Cells.Count)} repeats. These repeats are left out, so its mean looks better than it is.",
            group.Count()));

    private static IEnumerable<Confound> SameNumbers(IReadOnlyList<ComparisonBlock> blocks)
    {
        Dictionary<(string, string), (int Same, int All)> counts = [];
        foreach (PairDifference pair in blocks.SelectMany(block => block.Pairs).Where(pair => pair.Repeats > 0))
        {
            var key = string.CompareOrdinal(pair.First, pair.Second) < 0 ? (pair.First, pair.Second) : (pair.Second, pair.First);
            (int same, int all) = counts.GetValueOrDefault(key);
            counts[key] = (same + (pair.Verdict == PairVerdict.Same ? 1 : 0), all + 1);
        }

        return counts.Where(count => count.Value.Same > 0).Select(count => new Confound(
            ConfoundKind.SameNumbers,
            [count.Key.Item1, count.Key.Item2],
            count.Value.Same == count.Value.All
                ? $"{count.Key.Item1} and {count.Key.Item2} give the same values, to 5 digits, in all blocks: numerically, they are one method here."
                : $"{count.Key.Item1} and {count.Key.Item2} give the same values, to 5 digits, in {count.Value.Same} of {count.Value.All} blocks.",
            count.Value.Same));
    }

    private static IEnumerable<Confound> Budgets(IReadOnlyList<ComparisonBlock> blocks)
    {
        Dictionary<string, List<double>> ratios = [];
        foreach (ComparisonBlock block in blocks)
        {
            ConfigurationResult[] known = [.. block.Configurations.Where(configuration => configuration.Evaluations > 0)];
            if (known.Length < 2)
                continue;
            double least = known.Min(configuration => configuration.Evaluations!.Value);
            foreach (ConfigurationResult configuration in known.Where(configuration => configuration.Evaluations > least * BudgetTolerance))
            {
                if (!ratios.TryGetValue(configuration.Name, out List<double>? own))
                    ratios[configuration.Name] = own = [];
                own.Add(configuration.Evaluations!.Value / least);
            }
        }

        if (ratios.Count == 0)
            yield break;
        IEnumerable<string> shares = ratios.Select(ratio => $"{ratio.Key} ×{Range(ratio.Value.Min(), ratio.Value.Max())}");
        yield return new(
            ConfoundKind.Budget,
            [.. ratios.Keys],
            $"Budgets differ within a block. Evaluations relative to the cheapest: {string.Join(", ", shares)}. "
                + "'Quality against evaluations' compares at equal cost.",
            ratios.Max(ratio => ratio.Value.Count));
    }

    private static string Range(double low, double high)
    {
        string from = low.ToString("0.##", CultureInfo.InvariantCulture), to = high.ToString("0.##", CultureInfo.InvariantCulture);
        return from == to ? from : $"{from} to {to}";
    }

    private static IEnumerable<Confound> Builds(IReadOnlyList<ComparisonBlock> blocks)
    {
        Dictionary<string, int> differing = [];
        foreach (ComparisonBlock block in blocks)
        {
            foreach (string assembly in block.Configurations.SelectMany(configuration => configuration.Cells).SelectMany(cell => cell.Record.Builds)
                .GroupBy(build => build.Key).Where(build => build.Select(one => one.Value).Distinct().Count() > 1).Select(build => build.Key))
            {
                differing[assembly] = differing.GetValueOrDefault(assembly) + 1;
            }
        }

        return differing.Select(assembly => new Confound(
            ConfoundKind.Builds,
            [],
            $"Cells from different builds of {assembly.Key} are compared; its code may have changed between them. 'run --stale' computes them again.",
            assembly.Value));
    }

    private static string Names(string[] names) =>
        names.Length <= 4 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(3))} and {names.Length - 3} more";
}

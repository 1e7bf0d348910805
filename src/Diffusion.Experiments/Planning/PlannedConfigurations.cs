using Diffusion.Experiments.Claims;

namespace Diffusion.Experiments.Planning;

/// <summary>The configurations of a plan, as claims speak of them.</summary>
internal static class PlannedConfigurations
{
    /// <summary>Those of cells: each with its repeats, in the plan's order. Work that stands at two places of a sweep is a configuration at both.</summary>
    public static IReadOnlyList<ClaimedConfiguration> Find(IReadOnlyList<ExperimentCell> cells)
    {
        Facts facts = new();
        return [.. cells.SelectMany(cell => (cell.AlsoAt ?? []).Prepend(cell.AxisValues).Select(place => (Place: place, Cell: cell)))
            .GroupBy(one => one.Place, ReferenceEqualityComparer.Instance).Select(configuration =>
        {
            ExperimentCell[] own = [.. configuration.Select(one => one.Cell)];
            Experiment experiment = own[0].Experiment;
            return new ClaimedConfiguration(
                configuration.First().Place, [.. own.Select(cell => (cell.Number, cell.Id.ToString()))],
                facts.Find(() => ExperimentJson.Members(experiment, choice => choice.CanonicalJson).ToDictionary(member => member.Key, member => member.Json)));
        })];
    }

    /// <summary>Those of a plan that was read back.</summary>
    public static IReadOnlyList<ClaimedConfiguration> Find(PlanFile plan)
    {
        Facts facts = new();
        return [.. plan.Ids.SelectMany(id => plan.PlacesOf(id).Select(place => (Place: place, Id: id)))
            .GroupBy(one => string.Join('\n', one.Place.Values)).Select(configuration =>
        {
            CellId[] own = [.. configuration.Select(one => one.Id)];
            return new ClaimedConfiguration(
                configuration.First().Place, [.. own.Select(id => (plan.RepeatOf(id), id.ToString()))], facts.Find(() => plan.Composition(own[0])!));
        })];
    }

    // Thousands of configurations share their parts, and few are ever asked for.
    private sealed class Facts
    {
        private readonly Dictionary<(string Member, string Json), SortedDictionary<string, string>> _leaves = [];

        public Func<string, string?> Find(Func<IReadOnlyDictionary<string, string>> composition)
        {
            Lazy<IReadOnlyDictionary<string, string>> members = new(composition);
            return path =>
            {
                string member = path.Split('.', '[')[0];
                if (!members.Value.TryGetValue(member, out string? json))
                    return null;
                if (!_leaves.TryGetValue((member, json), out SortedDictionary<string, string>? leaves))
                    _leaves[(member, json)] = leaves = CompositionChange.Leaves(member, json);
                return leaves.GetValueOrDefault(path);
            };
        }
    }
}

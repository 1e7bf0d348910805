using Diffusion.Experiments.Claims;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Manifests;
using Diffusion.Experiments.Statistics;

namespace Diffusion.Experiments.Planning;

/// <summary>From a manifest's file to its plan.</summary>
public static class ExperimentLoader
{
    /// <summary>Reads, composes, binds, validates and expands a manifest.</summary>
    /// <param name="file">The manifest.</param>
    /// <param name="sets">Texts of the form <c>path=value</c> to lay over it, in order.</param>
    /// <param name="catalogue">The components that it can name.</param>
    /// <param name="factory">Builds solvers and grids where steps follow from a budget of evaluations.</param>
    /// <exception cref="ManifestException">Something is wrong; it holds every problem.</exception>
    public static ExperimentPlan Load(string file, IReadOnlyList<string> sets, ComponentCatalogue catalogue, ComponentFactory factory)
    {
        ManifestProblems problems = new();
        if (new ManifestReader(ManifestSection.Places, problems).Read(file, sets) is not { } manifest)
            throw problems.ToException();

        OptionsBinder options = new(problems);
        Sweep sweep = new(manifest, catalogue, options, problems);
        List<ExperimentCell> cells = [];
        int merged = sweep.CanExpand ? Expand(sweep, Binder(options), new(factory), cells, problems) : 0;
        // What every cell overrides is in no cell, yet a mistake in it is a mistake.
        OptionsBinder partial = new(problems, isPartial: true);
        Binder(partial).Bind(sweep.Base);
        string[] axes = [.. sweep.Axes.Select(axis => axis.Path)];
        ClaimSet claims = ClaimReader.Read(
            manifest.Root[ManifestKeys.Expect], cells.Count == 0 ? ClaimSet.UsualConfidence : cells[0].Experiment.Settings.Confidence, options, axes,
            PlannedConfigurations.Find(cells), problems) with { Looks = sweep.Repeats.UntilDecided ? new(sweep.Repeats.Sampling) : null };
        bool claimsNothing =
            manifest.Root[ManifestKeys.Expect] is null or { Kind: ManifestNodeKind.Null } or { Kind: ManifestNodeKind.Array, Items.Count: 0 };
        if (sweep.Repeats.UntilDecided && claimsNothing)
        {
            problems.Add(
                sweep.UntilStatedAt!, $"nothing is claimed, so that nothing can be decided: state what the results should be in '{ManifestKeys.Expect}', "
                    + $"or a number of repeats (\"{ManifestKeys.Repeats}\": {LookSchedule.First})");
        }


        problems.ThrowIfAny();
        if (cells.Count == 0)
            throw new ManifestException([new(manifest.Root.Origin.Source.Name, 1, 1, "$.sweep.exclude", "every cell is excluded")]);

        FrozenManifest frozen = new(manifest.Root, options.Files.Concat(partial.Files).DistinctBy(f => f.Key).ToDictionary());
        string name = cells[0].Experiment.Name;
        return new(folder => frozen.Write(name, folder))
        {
            Places = new ManifestPlaces(manifest.Root).Find,
            Name = name,
            Description = cells[0].Experiment.Description,
            Source = manifest.Root.Origin.Source.Name,
            Axes = sweep.Axes,
            Repeats = sweep.Repeats.Sampling,
            TrainingRepeats = sweep.Repeats.Training,
            Cells = cells,
            Merged = merged,
            FindClaims = new(claims),
        };

        ExperimentBinder Binder(OptionsBinder optionsBinder) =>
            new(new(catalogue, optionsBinder, problems), optionsBinder, problems, ExperimentName.FromFile(file));
    }

    private static int Expand(Sweep sweep, ExperimentBinder binder, EvaluationBudget budget, List<ExperimentCell> cells, ManifestProblems problems)
    {
        Dictionary<StageKey, int> keys = [];
        HashSet<CellId> ids = [];
        HashSet<string> untrained = [];
        int merged = 0;
        foreach ((int[] place, ManifestNode tree) in sweep.Places())
        {
            if (binder.Bind(tree) is not { } bound)
                continue;

            if (bound.Training is null && sweep.Repeats.Training > 1)
            {
                if (untrained.Add(bound.Model.Name))
                    problems.Add(sweep.NetworksStatedAt!, $"{bound.Model.Descriptor.Title} does not learn, so there is one of it: {sweep.Repeats.Training} "
                        + $"networks cannot be trained (state {ManifestKeys.Repeats} as one number, or leave '{RepeatCounts.TrainingKey}' out)");
                continue;
            }

            (Experiment experiment, string? objection) = budget.Resolve(bound);
            Dictionary<string, string> axisValues = new(StringComparer.Ordinal);
            for (int axis = 0; axis < place.Length; axis++)
                axisValues[sweep.Axes[axis].Path] = sweep.Label(axis, place[axis]);
            for (int network = 0; network < sweep.Repeats.Training; network++)
            {
                Experiment own = experiment.WithNetwork(network);
                CellKeys experimentKeys = new(own);
                for (int repeat = 0; repeat < sweep.Repeats.Sampling; repeat++)
                {
                    RepeatNumber number = new(network, repeat);
                    StageKey key = experimentKeys.Cell(number);
                    if (!keys.TryAdd(key, cells.Count))
                    {
                        merged++;
                        cells[keys[key]] = AlsoAt(cells[keys[key]], axisValues);
                        continue;
                    }

                    if (!ids.Add(CellId.FromKey(key)))
                        throw new InvalidDataException(
                            $"two cells have the same short key {CellId.FromKey(key)}, which is a rare coincidence; another seed avoids it");

                    cells.Add(new()
                    {
                        Index = cells.Count,
                        Number = number,
                        Experiment = own,
                        AxisValues = axisValues,
                        Objection = objection,
                        Key = key,
                        SamplingKey = experimentKeys.Samples(number),
                        DataKey = experimentKeys.Data,
                        TrainingKey = experimentKeys.Training,
                    });
                }
            }
        }

        return merged;
    }

    // Blocks of a union may have a place in common.
    private static ExperimentCell AlsoAt(ExperimentCell cell, Dictionary<string, string> place) =>
        (cell.AlsoAt ?? []).Prepend(cell.AxisValues).Any(known => known.All(axis => place[axis.Key] == axis.Value))
            ? cell
            : cell with { AlsoAt = [.. cell.AlsoAt ?? [], place] };
}

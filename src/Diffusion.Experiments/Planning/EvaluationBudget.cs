using Diffusion.Experiments.Components;

namespace Diffusion.Experiments.Planning;

/// <summary>From a budget of denoiser calls to the number of steps that spends it, exactly or as far as whole steps go.</summary>
internal sealed class EvaluationBudget(ComponentFactory factory)
{
    private readonly Dictionary<(string Schedule, string Grid, string Solver, Budget Nfe), (int Steps, string? Objection)> _found = [];

    /// <summary>The experiment with its steps filled in, or why none meet the budget.</summary>
    public (Experiment Experiment, string? Objection) Resolve(Experiment experiment)
    {
        if (experiment.Nfe is not { } nfe)
            return (experiment, null);

        var key = (experiment.Schedule.CanonicalJson, experiment.Grid.CanonicalJson, experiment.Solver.CanonicalJson, nfe);
        if (!_found.TryGetValue(key, out (int Steps, string? Objection) found))
            _found[key] = found = Search(experiment, nfe);
        // Equal steps are equal work, whether stated or found from a budget.
        return (found.Objection is null
            ? experiment with { Settings = experiment.Settings with { Steps = found.Steps, Nfe = null } }
            : experiment, found.Objection);
    }

    private (int Steps, string? Objection) Search(Experiment experiment, Budget budget)
    {
        int nfe = budget.Amount;
        string title = experiment.Solver.Descriptor.Title;
        try
        {
            using ComponentScope scope = factory.OpenScope();
            ComponentFactory components = scope.Factory;
            using ComponentActivity activity = ComponentActivity.Begin(experiment.Solver.Descriptor, "counting its evaluations", isBrief: true);
            var schedule = components.Create<NoiseSchedule>(experiment.Schedule);
            var grid = components.Create<ITimeGrid>(experiment.Grid);
            SolverTraits traits = components.Create<ISolver>(experiment.Solver).Traits;
            if (traits.IsAdaptive)
                return (0, $"{title} chooses its own steps: give it a tolerance rather than a number of evaluations");

            // The cost never falls as steps are added, so the first count that reaches the budget decides.
            (int below, int enough) = (0, 1);
            while (Cost(enough) < nfe && enough <= nfe)
                (below, enough) = (enough, 2 * enough);
            while (enough - below > 1)
            {
                int middle = below + ((enough - below) / 2);
                (below, enough) = Cost(middle) < nfe ? (middle, enough) : (below, middle);
            }

            int cost = Cost(enough);
            if (cost == nfe)
                return (enough, null);
            if (budget.IsLimit)
                return below > 0 ? (below, null) : (0, $"{title} takes at least {cost} evaluations, and the budget is at most {nfe}");
            string nearest = below == 0 ? $"it takes at least {cost}" : $"{below} steps take {Cost(below)} and {enough} take {cost}";
            return (0, $"{title} cannot spend {nfe} evaluations exactly: {nearest}");

            int Cost(int steps) => traits.Evaluations(grid.Levels(schedule, steps));
        }
        catch (ArgumentException e)
        {
            return (0, e.Message);
        }
        catch (Exception e)
        {
            // Broken rather than unfit, and its cells with it; the others of the sweep go on.
            return (0, e is ComponentException ? e.Message : ComponentException.Wrap(experiment.Solver.Descriptor, "counting its evaluations", e).Message);
        }
    }
}

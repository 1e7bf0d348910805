using Diffusion.Core.Errors;
using Diffusion.Core.Randomness;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Working;

/// <summary>What a cell says of the errors of its model and of its sampler's paths.</summary>
internal static class CellErrors
{
    /// <summary>Noisy data with the estimates of a cell's model beside the exact ones; null where these are not known.</summary>
    public static IDenoisingError? Denoising(ExperimentCell cell, SamplingProblem problem, DataSet set, CancellationToken cancellationToken)
    {
        if (set.Description.Mixture is null && !IsPopulation(set))
            return null;
        ModelForm form = ModelForm.UsedIn(problem.Denoiser, cell.Experiment);
        return new DenoisingError
        {
            Denoiser = problem.Denoiser,
            Schedule = problem.Schedule,
            Data = set.Description,
            Population = IsPopulation(set) ? set.Train : null,
            Noise = new NoiseKey(cell.Experiment.Seed, cell.Number.Draw, NoiseDomain.NoisyData),
            Dtype = form.Dtype,
            Device = form.Device,
            Cancellation = cancellationToken,
        };
    }

    /// <summary>Why the exact estimates are not known at some noise levels of a cell, as a clause; null where they are.</summary>
    public static string? DenoisingObjection(Experiment experiment, DataSet set, ComponentFactory factory, IReadOnlyList<double> noiseScales) =>
        DenoisingError.Objection(set.Description, IsPopulation(set), factory.Create<NoiseSchedule>(experiment.Schedule), noiseScales);

    /// <summary>The reference paths of a cell's samples.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="problem">What it integrates.</param>
    /// <param name="grid">Its grid.</param>
    /// <param name="data">What its data are.</param>
    /// <param name="known">Has paths that other cells have followed.</param>
    /// <param name="cancellationToken">Stops them.</param>
    public static IReferencePaths Paths(
        ExperimentCell cell, SamplingProblem problem, ITimeGrid grid, DataDescription data, KnownComputations known, CancellationToken cancellationToken)
    {
        Experiment experiment = cell.Experiment;
        ModelForm form = ModelForm.UsedIn(problem.Denoiser, experiment);
        return known.Paths(cell, problem, new ReferencePaths
        {
            Problem = problem,
            Grid = steps => grid.Levels(problem.Schedule, steps),
            Noise = CellNoise.Key(cell),
            Shape = data.Shape,
            Start = CellLaw.Start(problem.Levels[0], experiment, data),
            StateDtype = experiment.Dtype,
            Dtype = form.Dtype,
            Device = form.Device,
            Cancellation = cancellationToken,
        });
    }

    /// <summary>Why a cell has no reference paths, as a clause; null where it has.</summary>
    public static string? PathObjection(
        Experiment experiment, DataDescription data, ComponentFactory factory, ReferencePathSettings settings)
    {
        var schedule = factory.Create<NoiseSchedule>(experiment.Schedule);
        var grid = factory.Create<ITimeGrid>(experiment.Grid, data);
        return ReferencePaths.Objection(
            factory.Create<ISolver>(experiment.Solver, data), experiment.Solver.Descriptor.Title, schedule, grid.Levels(schedule, experiment.Steps),
            steps => grid.Levels(schedule, steps), settings);
    }

    // One tensor where the rows themselves are what is to be reproduced.
    private static bool IsPopulation(DataSet set) => ReferenceEquals(set.Train, set.Reference);
}

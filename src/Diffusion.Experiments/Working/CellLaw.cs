using Diffusion.Core.Laws;
using Diffusion.Core.Sampling;
using Diffusion.Experiments.Components;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Working;

/// <summary>What a cell says of laws: that of its start, and that of its sampler.</summary>
internal static class CellLaw
{
    /// <summary>The law that a cell starts from in place of N(0, σ_T² I); null where it starts from that.</summary>
    public static GaussianMixture? Start(NoiseLevel noisiest, Experiment experiment, DataDescription data) =>
        experiment.Start == StartLaw.Exact ? data.Mixture!.At(noisiest) : null;

    /// <summary>Why a cell cannot start as it is to; null where it can.</summary>
    public static string? StartObjection(Experiment experiment, DataDescription data) => experiment.Start == StartLaw.Exact && data.Mixture is null
        ? $"start 'exact' needs data whose law is known (a Gaussian mixture), and that of the data '{data.Name}' is not: use start 'gaussian'"
        : null;

    /// <summary>The law of a cell's sampler; null where the data are not a known mixture.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="problem">What it integrates.</param>
    /// <param name="data">What its data are.</param>
    /// <param name="known">Has laws that other cells have asked for.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public static ISamplerLaw? Sampler(
        ExperimentCell cell, SamplingProblem problem, DataDescription data, KnownComputations known, CancellationToken cancellationToken)
    {
        if (data.Mixture is not { } target)
            return null;
        Experiment experiment = cell.Experiment;
        ModelForm form = ModelForm.UsedIn(problem.Denoiser, experiment);
        return known.Law(cell, new SamplerLaw
        {
            Problem = problem,
            Target = target,
            Start = experiment.Start,
            Dtype = form.Dtype,
            Device = form.Device,
            Cancellation = cancellationToken,
        });
    }

    /// <summary>Why the law of a cell's sampler cannot be computed, as a clause; null where it can.</summary>
    public static string? Objection(Experiment experiment, DataDescription data, ComponentFactory factory)
    {
        var schedule = factory.Create<NoiseSchedule>(experiment.Schedule);
        IReadOnlyList<NoiseLevel> levels = factory.Create<ITimeGrid>(experiment.Grid, data).Levels(schedule, experiment.Steps);
        return SamplerLaw.Objection(factory.Create<ISolver>(experiment.Solver, data), experiment.Solver.Descriptor.Title, schedule, levels, data);
    }
}

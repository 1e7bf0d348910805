using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Working;

namespace Diffusion.Experiments.Running;

/// <summary>A run that has its folder and knows what there is to do.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Folder">The folder, which this process holds.</param>
/// <param name="Record">Its record.</param>
/// <param name="Work">What there is to do.</param>
/// <param name="Data">The data of its cells.</param>
/// <param name="Settings">What is wanted.</param>
internal sealed record RunSession(ExperimentPlan Plan, RunFolder Folder, RunRecord Record, WorkPlan Work, PlanData Data, RunSettings Settings);

namespace Diffusion.Core.Training;

/// <summary>
/// What drawing times by importance was worth over the second half of training: the variance of one sample's loss, both ways measured on the same draws.
/// Stratification of the times, which lowers both, is left out.
/// </summary>
/// <param name="Objective">If times were drawn from the objective's own distribution.</param>
/// <param name="Importance">As they were drawn, each loss multiplied by its importance weight.</param>
public sealed record LossVariance(double Objective, double Importance);

namespace Diffusion;

/// <summary>A time to train at.</summary>
/// <param name="Time">The time, within the schedule's [MinimumTime, Horizon].</param>
/// <param name="Weight">
/// The importance weight: the objective's density of times over the one that was drawn from. Losses multiplied by it have the objective's
/// mean.
/// </param>
public readonly record struct TimeDraw(double Time, double Weight);

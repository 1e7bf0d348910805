namespace Diffusion.Experiments.Records;

/// <summary>The state after one step.</summary>
/// <param name="Step">Steps taken, from 1.</param>
/// <param name="Magnitude">Largest magnitude over samples and dimensions, in units of the distribution's own scale.</param>
public readonly record struct TracePoint(int Step, double Magnitude);

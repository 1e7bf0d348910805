namespace Diffusion;

/// <summary>One point of a metric.</summary>
/// <param name="Key">The metric's name.</param>
/// <param name="Value">The value; NaN and infinities are allowed.</param>
/// <param name="Step">The step it belongs to (training step, number of function evaluations, index of a noise level).</param>
/// <param name="Time">When it was measured.</param>
public sealed record TrackedMetric(string Key, double Value, long Step, DateTimeOffset Time);

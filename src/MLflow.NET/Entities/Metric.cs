namespace MLflow;

/// <summary>One point of a metric.</summary>
/// <param name="Key">The name; a part before a <c>/</c> groups metrics into a section of MLflow's UI.</param>
/// <param name="Value">Any double; NaN is kept, infinities are kept by this client (see <see cref="ITrackingStore"/>).</param>
/// <param name="Timestamp">When it was measured, kept to the millisecond, not before 1970.</param>
/// <param name="Step">The place on the x axis; may be negative.</param>
public readonly record struct Metric(string Key, double Value, DateTimeOffset Timestamp, long Step = 0);

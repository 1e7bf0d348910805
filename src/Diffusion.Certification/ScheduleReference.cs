namespace Diffusion.Certification;

/// <summary>High-precision values of one schedule.</summary>
/// <param name="Schedule">The component's name.</param>
/// <param name="Options">Option → value as <c>--set</c> takes it.</param>
/// <param name="Rows">The values.</param>
public sealed record ScheduleReference(string Schedule, IReadOnlyDictionary<string, string> Options, IReadOnlyList<ScheduleReferenceRow> Rows);

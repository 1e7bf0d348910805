namespace Diffusion;

/// <summary>A table to be tracked.</summary>
/// <param name="Columns">A title a column.</param>
/// <param name="Rows">The rows, a cell a column: a <see cref="string"/>, a <see cref="double"/>, a <see cref="bool"/> or null.</param>
public sealed record TrackedTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);

namespace Diffusion.Experiments.Reporting;

/// <summary>A picture on a sheet.</summary>
/// <param name="Row">What the row is called.</param>
/// <param name="Column">What the column is called.</param>
/// <param name="Picture">The picture's file.</param>
internal sealed record ContactTile(string Row, string Column, string Picture);

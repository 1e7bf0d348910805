namespace Diffusion.Schedules;

/// <summary>A row of a table of levels, with some noise.</summary>
/// <param name="Time">t.</param>
/// <param name="HalfLogSnr">λ = log(α/σ).</param>
/// <param name="LogAlpha">log α; 0 where the table does not state α.</param>
internal readonly record struct LevelRow(double Time, double HalfLogSnr, double LogAlpha);

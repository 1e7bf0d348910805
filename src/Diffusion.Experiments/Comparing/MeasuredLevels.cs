using System.Globalization;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Comparing;

/// <summary>The levels at which states stand that were measured for one time.</summary>
/// <param name="Time">The time, "t=0.5".</param>
/// <param name="LowestTime">The lowest time of a level.</param>
/// <param name="HighestTime">The highest.</param>
/// <param name="LowestNoise">The lowest σ/α of a level.</param>
/// <param name="HighestNoise">The highest.</param>
public sealed record MeasuredLevels(string Time, double LowestTime, double HighestTime, double LowestNoise, double HighestNoise)
{
    /// <summary>The states of cells that stand for a time.</summary>
    internal static IEnumerable<KeptState> At(IEnumerable<ComparedCell> cells, string time) =>
        cells.Select(cell => cell.Record.Kept?.FirstOrDefault(state => state.Times.Contains(time))).OfType<KeptState>();

    /// <summary>The range over cells; null where none has such a state.</summary>
    internal static MeasuredLevels? Over(IReadOnlyList<ComparedCell> cells, string time)
    {
        KeptState[] states = [.. At(cells, time)];
        return states.Length == 0 ? null : new(
            time, states.Min(state => state.T), states.Max(state => state.T), states.Min(state => state.Level.NoiseToSignal),
            states.Max(state => state.Level.NoiseToSignal));
    }

    /// <summary>"t 0.47 to 0.53, sigma/alpha 1.9 to 2.2".</summary>
    public override string ToString() => $"t {Range(LowestTime, HighestTime)}, sigma/alpha {Range(LowestNoise, HighestNoise)}";

    private static string Range(double low, double high)
    {
        string from = low.ToString("g3", CultureInfo.InvariantCulture), to = high.ToString("g3", CultureInfo.InvariantCulture);
        return from == to ? from : $"{from} to {to}";
    }
}

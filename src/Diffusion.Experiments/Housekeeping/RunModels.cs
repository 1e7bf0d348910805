using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;
using Diffusion.Experiments.Storage;

namespace Diffusion.Experiments.Housekeeping;

/// <summary>The trained models that the cells of a run have sampled from.</summary>
internal static class RunModels
{
    /// <summary>Their keys, each once.</summary>
    public static HashSet<StageKey> Keys(RunFolder run) =>
        [.. run.RecordedCells().Select(cell => RecordJson.Find<CellRecord>(run.CellFile(cell))?.Model).OfType<StageKey>()];
}

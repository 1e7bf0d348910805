using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Running;

/// <summary>Sees a run and says nothing: for programs that show it otherwise, or not at all.</summary>
public sealed class SilentObserver : IRunObserver
{
    public void RunStarted(RunFolder folder, bool continued, WorkPlan work)
    {
    }

    public void ModelReused(ExperimentCell cell, TrainedModelRecord record)
    {
    }

    public void TrainingStarted(ExperimentCell cell)
    {
    }

    public void TrainingProgressed(ExperimentCell cell, TaskProgress progress)
    {
    }

    public void TrainingEnded(ExperimentCell cell, TrainedModelRecord? record, TrainingRecord? failure)
    {
    }

    public void SweepStarted(IReadOnlyList<ExperimentCell> cells, IReadOnlyList<CellRecord> endedBefore)
    {
    }

    public void CellStarted(ExperimentCell cell)
    {
    }

    public void CellEnded(ExperimentCell cell, CellRecord record)
    {
    }

    public void Said(string line)
    {
    }
}

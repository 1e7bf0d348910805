using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Running;

namespace Diffusion.Benchmarks.Sweeps;

/// <summary>Shows nothing.</summary>
internal sealed class NoObserver : IRunObserver
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

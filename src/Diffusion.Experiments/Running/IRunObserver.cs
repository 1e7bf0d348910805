using Diffusion.Experiments.Planning;
using Diffusion.Experiments.Records;

namespace Diffusion.Experiments.Running;

/// <summary>Sees a run as it happens; the console's side of it. Called from several threads, but never twice at once.</summary>
public interface IRunObserver
{
    /// <summary>The run's folder is there, and what there is to do is known.</summary>
    void RunStarted(RunFolder folder, bool continued, WorkPlan work);

    /// <summary>A model is taken from the store.</summary>
    void ModelReused(ExperimentCell cell, TrainedModelRecord record);

    /// <summary>A model's training begins.</summary>
    void TrainingStarted(ExperimentCell cell);

    /// <summary>A model's training goes on.</summary>
    void TrainingProgressed(ExperimentCell cell, TaskProgress progress);

    /// <summary>A model's training ended.</summary>
    /// <param name="cell">A cell that needs it.</param>
    /// <param name="record">What is known of it; null when it could not be trained.</param>
    /// <param name="failure">Why it could not be trained.</param>
    void TrainingEnded(ExperimentCell cell, TrainedModelRecord? record, TrainingRecord? failure);

    /// <summary>Tasks are about to be launched; more than once where repeats go on until claims are decided.</summary>
    /// <param name="cells">The cells that will run, in the order in which they start.</param>
    /// <param name="endedBefore">Records that are there already.</param>
    void SweepStarted(IReadOnlyList<ExperimentCell> cells, IReadOnlyList<CellRecord> endedBefore);

    /// <summary>A cell begins.</summary>
    void CellStarted(ExperimentCell cell);

    /// <summary>A cell ended.</summary>
    void CellEnded(ExperimentCell cell, CellRecord record);

    /// <summary>A launcher, or the run itself, has something to say.</summary>
    void Said(string line);
}

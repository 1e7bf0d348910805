using Diffusion.Core.Training;

namespace Diffusion.Experiments.Running;

/// <summary>Sees a run as it happens; the console's side of it. Called from worker threads.</summary>
public interface IRunObserver
{
    /// <summary>The run's folder is there.</summary>
    void RunStarted(RunFolder folder, bool continued);

    /// <summary>A model is about to be trained.</summary>
    void TrainingStarted(string model, int number, int count, int steps);

    /// <summary>Training goes on.</summary>
    void TrainingProgressed(TrainingProgress progress);

    /// <summary>A model is there: just trained, or found from an earlier run.</summary>
    void ModelReady(string model, TrainedModelRecord record, bool reused);

    /// <summary>Cells are about to run.</summary>
    void SweepStarted(int cells, int finishedBefore);

    /// <summary>A cell ended.</summary>
    void CellEnded(CellRecord record);
}

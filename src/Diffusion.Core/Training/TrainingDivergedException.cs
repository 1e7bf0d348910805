namespace Diffusion.Core.Training;

/// <summary>The loss stopped being a number.</summary>
public sealed class TrainingDivergedException(int step, int steps)
    : Exception($"training diverged: the loss is not finite at step {step} of {steps}; lower training.learningRate or set training.gradientClip");

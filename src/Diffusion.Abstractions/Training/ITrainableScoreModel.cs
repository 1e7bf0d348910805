using TorchSharp;

namespace Diffusion;

/// <summary>A score model with parameters to learn.</summary>
public interface ITrainableScoreModel : IScoreModel
{
    /// <summary>
    /// The parameters and buffers: what the optimiser steps, the moving average follows and a checkpoint holds. The engine moves it to
    /// the run's device and type and switches between training and evaluation.
    /// </summary>
    torch.nn.Module Network { get; }
}

namespace Diffusion.Core.Randomness;

/// <summary>Parts of the work that draw noise. The values are part of every result: never renumber.</summary>
public enum NoiseDomain
{
    /// <summary>Start states and solvers.</summary>
    Sampling = 0,

    /// <summary>Batches, times and noise of training.</summary>
    Training = 1,

    /// <summary>Projection directions and the like of metrics.</summary>
    Measurement = 2,

    /// <summary>Noisy data at which the errors of a model are measured.</summary>
    NoisyData = 3,

    /// <summary>Noise of reference rows at a noise level.</summary>
    Reference = 4,

    /// <summary>Noise of what an exact sampler would give at a noise level.</summary>
    ExactSamples = 5,
}

namespace Diffusion.Core.Randomness;

/// <summary>What numbers are drawn for. The values are part of every result: never renumber.</summary>
internal enum NoisePurpose
{
    InitialState = 1,
    BrownianNode = 2,
    BrownianLeaf = 3,
    Independent = 4,
    TrainingIndex = 5,
    TrainingTime = 6,
    TrainingNoise = 7,
    InitialComponent = 8,
    PopulationIndex = 9,
}

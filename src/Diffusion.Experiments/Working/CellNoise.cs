using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Diffusion.Core.Randomness;
using Diffusion.Experiments.Planning;

namespace Diffusion.Experiments.Working;

/// <summary>What the noise of a cell's samples derives from.</summary>
internal static class CellNoise
{
    /// <summary>That of a cell; independent noise is a function of everything that the samples depend on.</summary>
    public static NoiseKey Key(ExperimentCell cell)
    {
        if (cell.Experiment.Noise == NoiseCoupling.Common)
            return new(cell.Experiment.Seed, cell.Number.Draw);
        // States that are kept change no sample.
        StageKey key = cell.Experiment.Keep is null ? cell.SamplingKey : ExperimentJson.NoiseSetup(cell.Experiment).Key(cell.Number);
        return new(BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.ASCII.GetBytes(key))) & long.MaxValue, cell.Number.Draw);
    }
}
